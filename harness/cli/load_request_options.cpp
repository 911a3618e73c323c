#include "cli/load_request_options.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "cli/option_reader.hpp"
#include "core/json_document.hpp"
#include "load/request_text.hpp"
#include "net/http_text.hpp"
#include "net/url.hpp"
#include "report/failure_digest.hpp"

namespace holdfast::cli {
namespace {

constexpr std::uintmax_t most_body_bytes = 1U << 30U;
constexpr std::uint64_t most_redirects = 50;

class request_reader {
 public:
  explicit request_reader(load_texts const& texts) : texts_{texts} {}

  result<plain_request_options, diagnostics> read() {
    read_url();
    read_method();
    read_headers();
    read_body();
    read_login();
    plain_request_options options;
    options.request.redirects = redirects();
    if (!problems_.empty()) return problems_.take();
    if (texts_.no_keepalive) outline_.connection = load::connection_use::close;
    options.request.to = url_.to;
    options.request.bytes = load::plain_request(outline_, body_);
    options.request.is_head = outline_.method == "HEAD";
    options.request.close_after = load::closes_connection(outline_);
    options.url = net::to_string(url_);
    return options;
  }

 private:
  void read_url() {
    if (texts_.urls.empty()) {
      problems_.add("URL", "", "nothing says where the load goes",
                    "Write e.g. \"holdfast load http://127.0.0.1:8080/\", or give a --scenario.");
      return;
    }
    if (texts_.urls.size() > 1) {
      problems_.add("URL", texts_.urls[1], "a second URL",
                    "Give one; for several use a --scenario. A value with blanks needs quotes.");
    }
    auto const parsed = net::parse_url(texts_.urls.front());
    if (!parsed) return problems_.add("URL", texts_.urls.front(), parsed.error().problem, parsed.error().fix);
    url_ = *parsed;
    outline_.host = net::host_header(url_.to);
    outline_.target = load::text_template::literal(url_.target);
  }

  void read_method() {
    if (!texts_.method) {
      outline_.method = texts_.data || texts_.json_body ? "POST" : "GET";
      return;
    }
    if (auto const problem = load::method_problem(*texts_.method)) {
      problems_.add("-m", *texts_.method, problem->problem, problem->fix);
    }
    outline_.method = *texts_.method;
  }

  void read_headers() {
    for (auto const& field : texts_.headers) {
      auto const colon = field.find(':');
      if (colon == std::string::npos) {
        problems_.add("-H", field, "a header field needs a colon", "Write e.g. -H 'Accept: application/json'.");
        continue;
      }
      auto const name = std::string_view{field}.substr(0, colon);
      auto const value = net::trimmed(std::string_view{field}.substr(colon + 1));
      if (auto const problem = load::header_name_problem(name)) {
        problems_.add("-H", report::printable(field), problem->problem, problem->fix);
      }
      if (auto const problem = load::header_value_problem(value)) {
        problems_.add("-H", report::printable(field), problem->problem, problem->fix);
      }
      add_header(name, value);
    }
  }

  void read_body() {
    if (texts_.data && texts_.json_body) {
      problems_.add("--json-body", *texts_.json_body, "cannot be combined with --data", "Choose one of them.");
    }
    if (texts_.data) {
      body_ = body_of(*texts_.data, "--data");
      add_header_unless_given("Content-Type", "content-type", "application/x-www-form-urlencoded");
    } else if (texts_.json_body) {
      body_ = body_of(*texts_.json_body, "--json-body");
      if (body_) check_json(*texts_.json_body);
      add_header_unless_given("Content-Type", "content-type", "application/json");
    }
  }

  std::optional<std::string> body_of(std::string const& text, std::string_view option) {
    if (!text.starts_with('@')) return text;
    auto content = read_option_file(text.substr(1), option);
    if (content) return *std::move(content);
    problems_.append(content.error());
    return std::nullopt;
  }

  void check_json(std::string const& given) {
    auto const is_file = given.starts_with('@');
    auto parsed = parse_json(*body_, is_file ? given.substr(1) : "command line", {.bytes = most_body_bytes});
    if (parsed) return;
    for (auto problem : parsed.error()) {
      problem.field = problem.field.empty() ? "--json-body" : "--json-body: " + problem.field;
      if (!is_file) problem.line = 0;
      if (problem.value.empty()) problem.value = report::printable(is_file ? given : *body_);
      problems_.append({std::move(problem)});
    }
  }

  void read_login() {
    auto login = url_.login;
    if (texts_.user) {
      auto const colon = texts_.user->find(':');
      if (colon == std::string::npos) {
        problems_.add("--user", *texts_.user, "a login needs a colon between name and password",
                      "Write e.g. --user name:password.");
        return;
      }
      if (login) {
        problems_.add("--user", texts_.user->substr(0, colon) + ":***", "the URL has a login too", "Leave one out.");
      }
      login = {.user = texts_.user->substr(0, colon), .password = texts_.user->substr(colon + 1)};
    }
    if (!login) return;
    if (is_given("authorization")) {
      problems_.add("-H", "Authorization", "a login is given too", "Leave out the header, or the login.");
    }
    std::string credentials;
    load::append_basic_credentials(credentials, login->user, login->password);
    add_header("Authorization", credentials);
  }

  std::uint32_t redirects() {
    auto const count = problems_.quantity("--max-redirects", texts_.max_redirects, parse_count);
    if (count && *count > most_redirects) {
      problems_.add("--max-redirects", *texts_.max_redirects, fmt::format("more than {}", most_redirects),
                    "Write a smaller number; 0 makes a redirect the answer.");
    }
    return static_cast<std::uint32_t>(count.value_or(0));
  }

  void add_header(std::string_view name, std::string_view value) {
    outline_.headers.push_back({.name = std::string{name}, .value = load::text_template::literal(value)});
  }
  bool is_given(std::string_view lower_name) const {
    for (auto const& header : outline_.headers) {
      if (net::equals_ignoring_case(header.name, lower_name)) return true;
    }
    return false;
  }
  void add_header_unless_given(std::string_view name, std::string_view lower_name, std::string_view value) {
    if (!is_given(lower_name)) add_header(name, value);
  }

  load_texts const& texts_;
  option_reader problems_;
  load::request_outline outline_;
  std::optional<std::string> body_;
  net::url url_;
};

}  // namespace

result<plain_request_options, diagnostics> read_request_options(load_texts const& texts) {
  return request_reader{texts}.read();
}

result<std::string, diagnostics> read_option_file(std::string const& file, std::string_view option) {
  option_reader problems;
  auto const fail = [&](std::string_view problem) {
    problems.add(option, file, problem, "Name a file that exists and may be read.");
    return problems.take();
  };
  std::error_code failure;
  if (std::filesystem::is_directory(file, failure)) return fail("is a directory, not a file");
  std::ifstream in{file, std::ios::binary};
  if (!in) return fail(fmt::format("the file cannot be read: {}", std::strerror(errno)));
  std::string content;
  constexpr std::size_t step = 1U << 20U;
  while (in && content.size() <= most_body_bytes) {
    auto const before = content.size();
    content.resize(before + step);
    in.read(content.data() + before, step);
    content.resize(before + static_cast<std::size_t>(in.gcount()));
  }
  if (in.bad()) return fail("the file cannot be read to its end");
  if (content.size() > most_body_bytes) return fail("the file has more than 1 GiB");
  return content;
}

}  // namespace holdfast::cli
