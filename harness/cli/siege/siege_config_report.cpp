#include "cli/siege/siege_config_report.hpp"

#include <chrono>

#include <fmt/format.h>

namespace holdfast::cli {
namespace {

class report {
 public:
  explicit report(std::string& out) : out_{out} {}
  void line(std::string_view label, std::string_view value) { out_ += fmt::format("{:<32}{}\n", label, value); }
  void line(std::string_view label, bool value) { line(label, value ? std::string_view{"true"} : "false"); }
  void line(std::string_view label, std::uint64_t value) { line(label, std::to_string(value)); }
  void logins(std::string_view label, std::vector<siege_login> const& all) {
    out_ += fmt::format("{:<32}", label);
    for (auto const& each : all) out_ += fmt::format("credentials:  {}:{}:{}\n", each.user, each.password, each.realm);
    out_ += '\n';
  }

 private:
  std::string& out_;
};

std::string delay_text(nanoseconds delay) {
  auto const seconds = in_seconds(delay);
  return fmt::format("{:.3f} {}", seconds, seconds > 1 ? "secs" : "sec");
}

void print_load(report& to, siege_settings const& s) {
  to.line("concurrent users:", std::uint64_t{s.concurrent});
  to.line(
      "time to run:",
      s.time ? fmt::format("{} seconds", std::chrono::duration_cast<std::chrono::seconds>(*s.time).count()) : "n/a");
  to.line("repetitions:", s.reps ? std::to_string(*s.reps) : "n/a");
  to.line("socket timeout:", std::uint64_t{s.timeout_seconds});
  to.line("cache enabled:", s.cache);
  to.line("accept-encoding:", s.accept_encoding);
  to.line("delay:", delay_text(s.delay));
  to.line("internet simulation:", s.internet);
  to.line("benchmark mode:", s.benchmark);
  to.line("failures until abort:", s.failures);
  to.line("named URL:", s.url.value_or("none"));
  to.line("URLs file:", s.file);
  to.line("thread limit:", std::uint64_t{s.limit});
}

}  // namespace

std::string siege_config_report(siege_settings const& s) {
  std::string out = fmt::format(
      "CURRENT  SIEGE  CONFIGURATION\n{}\nEdit the resource file to change the settings.\n{:-<46}\n", s.user_agent, "");
  report to{out};
  to.line("version:", siege_version(s.dialect));
  to.line("verbose:", s.verbose && !s.is_silent());
  to.line("color:", s.color);
  to.line("quiet:", s.is_silent());
  to.line("debug:", s.debug && !s.is_silent());
  to.line("protocol:", s.protocol == siege_protocol::http_1_1 ? std::string_view{"HTTP/1.1"} : "HTTP/1.0");
  to.line("HTML parser:", s.parser ? std::string_view{"enabled"} : "disabled");
  to.line("get method:", s.gmethod == siege_method::get ? std::string_view{"GET"} : "HEAD");
  if (!s.proxy_host.empty()) {
    to.line("proxy-host:", s.proxy_host);
    to.line("proxy-port:", std::uint64_t{s.proxy_port});
  }
  to.line("connection:", s.keep_alive ? std::string_view{"keep-alive"} : "close");
  print_load(to, s);
  to.line("logging:", s.logging);
  to.line("log file:", s.logfile);
  to.line("resource file:", s.resource_file);
  to.line("timestamped output:", s.timestamp);
  to.line("comma separated output:", s.csv);
  to.line("allow redirects:", s.follow_location);
  to.line("allow zero byte data:", s.zero_data_ok);
  to.line("allow chunked encoding:", s.chunked);
  to.line("upload unique files:", s.unique);
  to.line("json output:", s.json_output);
  if (!s.nofollow.empty()) {
    out += "no-follow:\n";
    for (auto const& host : s.nofollow) out += fmt::format(" - {}\n", host);
  }
  to.logins("proxy auth:", s.proxy_logins);
  to.logins("www auth:", s.logins);
  return out;
}

}  // namespace holdfast::cli
