#include "cli/target_command.hpp"

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "core/diagnostic.hpp"
#include "core/exit_code.hpp"
#include "target/command_options.hpp"
#include "target/server.hpp"

namespace holdfast::cli {
namespace {

using target::command_options;
using target::command_texts;

constexpr char const* footer = R"(Laws for --latency, joined by '+' or given several times (they add up):
  constant:5ms                      uniform:1ms..10ms
  lognormal:median=5ms,sigma=0.5    bimodal:1ms,100ms,p=0.05
  drift:1ms..20ms,over=60s          freeze:every=10s,for=1s,at=3s

Paths with an answer of their own:
  /status/404  /bytes/1000  /delay/50ms  /json  /echo  /html  /gzip  /no-content  /not-modified  /close-delimited
  /redirect/3?to=URL  /redirect-to/URL  /cookies  /cookies/set?a=b  /basic-auth/user/password
  /digest-auth/user/password  /early-hints  /ok-by-fallback  /refused  /close-after/N  /reset  /truncated  /silence
  /slow-header  /byte-by-byte  /garbage  /huge-header  /endless-header  /endless-chunks  /huge-length  /nul-bytes
  /header-bomb
  /__truth (JSON; POST /__truth/reset starts afresh). Every other path gets the ordinary answer.)";

void add_answer_options(CLI::App& app, command_texts& into) {
  app.add_option("--size", into.size, "body of the ordinary answer, e.g. 1KiB (the default)");
  app.add_option("--status", into.status, "its status (200)");
  app.add_flag("--chunked", into.chunked, "chunked instead of Content-Length");
  app.add_option("--header", into.headers, "a further field, \"Name: value\"; may be repeated")
      ->allow_extra_args(false);
  app.add_option("--content-type", into.content_type, "its type (text/plain)");
  app.add_option("--latency", into.latency, "law of the time an answer takes; see below")->allow_extra_args(false);
  app.add_option("--freeze", into.freeze, "answers nothing at these times: every=10s,for=1s,at=3s")
      ->allow_extra_args(false);
}

void add_misbehaviour_options(CLI::App& app, command_texts& into) {
  app.add_option("--misbehave", into.misbehave, "reset, truncated, silence, slow-header, ..., or refuse");
  app.add_option("--probability", into.probability, "... with this probability for each request");
  app.add_option("--every", into.every, "... at each n-th request");
  app.add_option("--after", into.after, "... only after n requests (refuse: connections)");
  app.add_option("--close-after", into.close_after, "closes a connection, unannounced, after n answers");
  app.add_option("--refuse", into.refuse, "does not listen at these times: every=10s,for=1s,at=3s");
}

void add_server_options(CLI::App& app, command_texts& into) {
  app.add_option("--listen", into.listen, "address:port, [v6]:port or port (127.0.0.1:8080); may be repeated")
      ->allow_extra_args(false);
  app.add_option("--unix", into.unix_paths, "path of a unix socket; may be repeated")->allow_extra_args(false);
  app.add_option("--tls", into.tls, "certificate and key, PEM files")->expected(2);
  app.add_flag("--tls-self-signed", into.tls_self_signed, "TLS with a certificate made for this run");
  app.add_option("--port-file", into.port_file, "writes the port there when ready");
  app.add_option("--threads", into.threads, "threads (1)");
  app.add_option("--cpu", into.cpu, "pins thread n to this core + n");
  app.add_option("--seed", into.seed, "of everything random (1)");
  app.add_option("--max-requests", into.max_requests, "ends after so many");
  app.add_option("--for", into.run_for, "ends after this time, e.g. 10s");
  app.add_option("--idle-timeout", into.idle_timeout, "closes silent connections (60s)");
  app.add_option("--max-connections", into.max_connections, "open at a time and thread (20000)");
  app.add_option("--truth", into.truth, "file for the truth at the end (standard output)");
}

std::string_view option_name(std::string_view word) { return word.substr(0, word.find('=')); }

void append(diagnostics& all, diagnostics const& more) { all.insert(all.end(), more.begin(), more.end()); }

diagnostics unknown_words(CLI::App const& app) {
  std::vector<std::string> names;
  for (auto const* option : app.get_options()) names.push_back(option->get_name());
  std::vector<std::string_view> const candidates{names.begin(), names.end()};
  diagnostics problems;
  for (auto const& word : app.remaining()) {
    bool const is_option = word.starts_with('-');
    problems.push_back(
        {.file = "command line",
         .field = is_option ? std::string{option_name(word)} : std::string{},
         .value = is_option ? std::string{} : word,
         .problem = is_option ? "there is no such option" : "takes no arguments besides its options",
         .fix = fmt::format("See holdfast target --help.{}", did_you_mean(option_name(word), candidates))});
  }
  return problems;
}

/// What holds the process until a signal, a limit or the time ends it.
class life_time {
 public:
  life_time() : signals_{context_, SIGINT, SIGTERM}, timer_{context_} {
    signals_.async_wait([this](boost::system::error_code, int) { context_.stop(); });
  }
  void end_from_any_thread() {
    boost::asio::post(context_, [this] { context_.stop(); });
  }
  void end_after(nanoseconds length) {
    timer_.expires_after(length);
    timer_.async_wait([this](boost::system::error_code) { context_.stop(); });
  }
  void wait() { context_.run(); }

 private:
  boost::asio::io_context context_;
  boost::asio::signal_set signals_;
  boost::asio::steady_timer timer_;
};

diagnostic cannot_write(std::string_view option, std::string const& path) {
  return {.file = "command line",
          .field = std::string{option},
          .value = path,
          .problem = "cannot write there",
          .fix = "Choose a file in a folder that exists and that you may write to."};
}

int report(diagnostics const& problems, exit_code code) {
  fmt::print(stderr, "{}", to_string(problems));
  return static_cast<int>(code);
}

bool write_line(std::string const& path, std::string const& text) {
  std::ofstream file{path};
  file << text << '\n';
  return static_cast<bool>(file.flush());
}

std::string unfinished(std::string const& path) { return path + ".new"; }

/// A device or a pipe is written to: replacing it would take it from everybody else.
bool is_replaceable(std::string const& path) {
  std::error_code ec;
  auto const kind = std::filesystem::status(path, ec).type();
  return kind == std::filesystem::file_type::not_found || kind == std::filesystem::file_type::regular;
}

/// Whoever waits for the file finds it whole, or not at all.
bool write_whole(std::string const& path, std::string const& text) {
  if (!is_replaceable(path)) return write_line(path, text);
  std::error_code ec;
  if (!write_line(unfinished(path), text)) return false;
  std::filesystem::rename(unfinished(path), path, ec);
  return !ec;
}

/// The file of an earlier run would tell its port.
bool prepare_port_file(std::string const& path) {
  if (!is_replaceable(path)) return !std::filesystem::is_directory(path) && ::access(path.c_str(), W_OK) == 0;
  std::error_code ec;
  std::filesystem::remove(path, ec);
  return !ec && write_line(unfinished(path), "") && std::filesystem::remove(unfinished(path), ec);
}

/// Before anything is served: what is written at the end can be written.
diagnostics check_outputs(command_options const& options) {
  diagnostics problems;
  if (!options.truth.empty() && !write_line(options.truth, "")) {
    problems.push_back(cannot_write("--truth", options.truth));
  }
  if (!options.port_file.empty() && !prepare_port_file(options.port_file)) {
    problems.push_back(cannot_write("--port-file", options.port_file));
  }
  return problems;
}

int print_truth(target::server& server, command_options const& options) {
  auto const truth = server.truth().to_json(clock_seam::now());
  if (options.truth.empty()) {
    fmt::print("{}\n", truth);
    std::fflush(stdout);
    return static_cast<int>(exit_code::pass);
  }
  if (write_line(options.truth, truth)) return static_cast<int>(exit_code::pass);
  return report({cannot_write("--truth", options.truth)}, exit_code::could_not_run);
}

int serve(command_options options) {
  auto const unwritable = check_outputs(options);
  if (!unwritable.empty()) return report(unwritable, exit_code::could_not_run);
  life_time life;
  options.server.on_max_requests = [&life] { life.end_from_any_thread(); };
  auto started = target::server::start(options.server);
  if (!started) return report(started.error(), exit_code::could_not_run);
  auto& server = **started;
  for (auto const& at : server.addresses()) fmt::print("listening on {}\n", server.url_of(at));
  std::fflush(stdout);
  if (!options.port_file.empty() && !write_whole(options.port_file, std::to_string(server.port()))) {
    server.stop();
    return report({cannot_write("--port-file", options.port_file)}, exit_code::could_not_run);
  }
  if (options.run_for) life.end_after(*options.run_for);
  life.wait();
  server.stop();
  return print_truth(server, options);
}

}  // namespace

int run_target(int argc, char const* const* argv) {
  CLI::App app{"An HTTP/1.1 server whose truth is known: to test and calibrate load generators.", "holdfast target"};
  app.footer(footer);
  app.allow_extras();
  command_texts texts;
  add_server_options(app, texts);
  add_answer_options(app, texts);
  add_misbehaviour_options(app, texts);
  try {
    app.parse(argc, argv);
  } catch (CLI::CallForHelp const&) {
    fmt::print("{}", app.help());
    return static_cast<int>(exit_code::pass);
  } catch (CLI::ParseError const& wrong) {
    return report({{.file = "command line", .problem = wrong.what(), .fix = "See holdfast target --help."}},
                  exit_code::invalid_input);
  }
  auto problems = unknown_words(app);
  auto options = target::read_command_options(texts);
  if (!options) append(problems, options.error());
  if (!problems.empty()) return report(problems, exit_code::invalid_input);
  return serve(std::move(*options));
}

}  // namespace holdfast::cli
