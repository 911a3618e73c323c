#include "cli/load_command_line.hpp"

#include <algorithm>
#include <deque>
#include <memory>
#include <utility>

#include <CLI/CLI.hpp>

namespace holdfast::cli {
namespace {

struct page_format : CLI::Formatter {
  page_format() { column_width(32); }
  std::string make_usage(CLI::App const*, std::string) const override {
    return "Usage: holdfast load URL [OPTIONS]\n       holdfast load --scenario FILE [OPTIONS]\n";
  }
};

/// The options of `holdfast load`, bound to the texts that they fill. CLI11 sorts the words and prints the help; it
/// gets to judge nothing, so that one message style and one list of problems are left.
class load_parser {
 public:
  explicit load_parser(load_texts& into);

  diagnostics parse(std::span<std::string const> words);
  std::string help() const { return app_.help(); }

 private:
  struct single {
    CLI::Option* option;
    load_texts::text* into;
    std::vector<std::string> values;
  };

  void add_load();
  void add_request();
  void add_tls();
  void add_run();
  void add_output();
  void value(std::string const& names, load_texts::text& into, std::string const& kind, std::string const& help);
  void list(std::string const& names, std::vector<std::string>& into, std::string const& kind, std::string const& help);
  void flag(std::string const& names, bool& into, std::string const& help);

  void take_words(std::vector<std::string> words);
  void take_values();
  void take_rest();
  std::string suggestion(std::string const& word) const;

  load_texts& texts_;
  CLI::App app_{"Puts load on an HTTP server and says how it did.", "holdfast load"};
  std::string group_;
  std::deque<single> singles_;
  diagnostics problems_;
};

constexpr std::string_view source = "command line";

/// As messages about its value call it: the short name where there is one.
std::string usual_name(CLI::Option const& option) {
  return option.get_snames().empty() ? option.get_name() : '-' + option.get_snames().front();
}

load_parser::load_parser(load_texts& into) : texts_{into} {
  app_.set_help_flag();
  app_.allow_extras();
  app_.formatter(std::make_shared<page_format>());
  add_load();
  add_request();
  add_tls();
  add_run();
  add_output();
  app_.footer(R"(
URLs: http://host:8080/path, https://host/path, http://[::1]:8080/, unix:/run/app.sock:/path
Without a rate, users send their next request when the last one was answered (closed loop). With --rate, --stages of
rates, --spike or --replay, requests start when they are due, whatever became of the earlier ones (open loop).

Examples:
  holdfast load http://127.0.0.1:8080/ -c 64 -d 30s
  holdfast load http://127.0.0.1:8080/orders --rate 500/s -d 1m --json-body '{"qty": 1}'
  holdfast load http://127.0.0.1:8080/ --stages 30s:100/s,1m:100/s..900/s,30s:100/s --out runs/one

Exit codes:
  0    the load was sent and measured. Some failed requests are a result, not an error: see --strict
  1    a check of the scenario failed, or no request at all was ok; with --strict, any request was not ok
  2    invalid input
  3    could not run: target, name, certificate, file descriptors; or output could not be written
  4    the measurement is invalid: the report says why, and which numbers are only bounds
  130  interrupted. The first Ctrl-C ends the load and reports, the second ends the program)");
}

void load_parser::add_load() {
  group_ = "Load";
  auto& shape = texts_.shape;
  value("-c,--connections", shape.users, "N",
        "Users, each with a connection (10); in an open loop the most at once (1000)");
  value("-d,--duration", shape.duration, "TIME", "Length of the load, e.g. 30s, 2m (10s)");
  value("-n,--requests", shape.requests, "N", "Stop after this many requests in all");
  value("--iterations", shape.iterations, "N", "Stop each user after this many rounds");
  value("--think", shape.think, "LAW", "Pause of a user between rounds: 200ms, 100ms..300ms, exponential:200ms");
  value("--rate", shape.rate, "RATE", "Open loop at this rate, e.g. 500/s");
  value("--ramp", shape.ramp, "TIME", "Let the rate rise, or the users come in, over this time");
  value("--stages", shape.stages, "LIST", "Course of rates (30s:100/s,1m:100/s..500/s) or of users (30s:10,1m:10..50)");
  value("--spike", shape.spike, "LIST", "Base rate, peak rate, begin and length of the peak: 100/s,1000/s,20s,5s");
  value("--replay", shape.replay, "FILE", "Start requests at the offsets in this file, in seconds, one a line");
  value("--replay-speed", shape.replay_speed, "FACTOR", "Replay so many times as fast (1)");
  flag("--poisson", shape.poisson, "Random arrivals (Poisson) instead of even ones");
  value("--queue", texts_.queue, "N", "Open loop: requests that may wait for a connection; more are dropped (100000)");
  value("--scenario", texts_.scenario, "FILE", "What users do, as JSON: mixes, sequences, checks, data");
}

void load_parser::add_request() {
  group_ = "Request";
  value("-m,--method", texts_.method, "METHOD", "GET, or POST with a body");
  list("-H,--header", texts_.headers, "'NAME: VALUE'", "Add a header field; may be repeated");
  value("--data", texts_.data, "TEXT", "Body; @FILE reads it from a file");
  value("--json-body", texts_.json_body, "JSON",
        "Body with Content-Type: application/json; @FILE reads it from a file");
  value("--user", texts_.user, "NAME:PASSWORD", "Basic authentication");
  value("--max-redirects", texts_.max_redirects, "N",
        "Follow so many redirects in a row as part of the same request (0: the redirect is the answer)");
  flag("--no-keepalive", texts_.no_keepalive, "A new connection for each request");
  value("--pipeline", texts_.pipeline, "N",
        "HTTP pipelining: so many users share a connection and do not wait for each other's answers (1: off)");
}

void load_parser::add_tls() {
  group_ = "TLS";
  flag("-k,--insecure", texts_.insecure, "Do not verify the server's certificate");
  value("--cacert", texts_.cacert, "FILE", "Trust these authorities (PEM) instead of the system's");
  value("--cert", texts_.cert, "FILE", "Client certificate (PEM)");
  value("--key", texts_.key, "FILE", "Its private key (PEM); without it, it is in --cert");
}

void load_parser::add_run() {
  group_ = "Run";
  value("--timeout", texts_.timeout, "TIME", "Limit for one answer (30s)");
  value("--connect-timeout", texts_.connect_timeout, "TIME", "Limit for look-up, connect and TLS handshake (10s)");
  value("--drain", texts_.drain, "TIME", "How long requests in flight may go on after the load (5s)");
  value("--threads", texts_.threads, "N", "Threads of the generator (1)");
  value("--seed", texts_.seed, "N", "Seed of every random choice (1)");
  flag("--strict", texts_.strict, "Exit with 1 when any request failed, was dropped or is unfinished");
  flag("--no-probe", texts_.no_probe, "Begin even when the target does not accept connections");
}

void load_parser::add_output() {
  group_ = "Output";
  flag("--json", texts_.json, "Print the result as JSON");
  value("--out", texts_.out, "DIR",
        "Write run.json, timeline.ndjson, latency.hlog, service.hlog, failures.ndjson there");
  flag("--quiet", texts_.quiet, "Nothing on stderr but errors");
  flag("--no-progress", texts_.no_progress, "No progress line");
  flag("-h,--help", texts_.wants_help, "This page");
}

void load_parser::value(std::string const& names, load_texts::text& into, std::string const& kind,
                        std::string const& help) {
  auto& entry = singles_.emplace_back(single{nullptr, &into, {}});
  entry.option = app_.add_option(names, entry.values, help)->group(group_)->option_text(kind);
  // A value such as "[1,2]" is one text, not CLI11's notation for a list.
  entry.option->expected(1)->allow_extra_args(false)->take_all();
}

void load_parser::list(std::string const& names, std::vector<std::string>& into, std::string const& kind,
                       std::string const& help) {
  auto* const option = app_.add_option(names, into, help)->group(group_)->option_text(kind);
  option->expected(1)->allow_extra_args(false)->take_all();
}

void load_parser::flag(std::string const& names, bool& into, std::string const& help) {
  app_.add_flag(names, into, help)->group(group_);
}

diagnostics load_parser::parse(std::span<std::string const> words) {
  take_words({words.begin(), words.end()});
  take_values();
  take_rest();
  return std::move(problems_);
}

void load_parser::take_words(std::vector<std::string> words) {
  auto const reversed = [&] { return std::vector<std::string>{words.rbegin(), words.rend()}; };
  try {
    try {
      app_.parse(reversed());
    } catch (CLI::ArgumentMismatch const&) {
      // Only the last word can lack its value. Without it, the problems of the others show as well.
      problems_.push_back({.file = std::string{source},
                           .field = words.back(),
                           .problem = "needs a value",
                           .fix = "Write it behind the option, or leave the option out."});
      words.pop_back();
      app_.parse(reversed());
    }
  } catch (CLI::ParseError const& problem) {
    problems_.push_back(
        {.file = std::string{source}, .problem = problem.what(), .fix = "See \"holdfast load --help\"."});
  }
}

void load_parser::take_values() {
  for (auto& [option, into, values] : singles_) {
    if (values.size() > 1) {
      problems_.push_back({.file = std::string{source},
                           .field = usual_name(*option),
                           .value = values[1],
                           .problem = "was given " + std::to_string(values.size()) + " times",
                           .fix = "Give it once; the first time it was \"" + values[0] + "\"."});
    }
    if (!values.empty()) *into = std::move(values.front());
  }
}

void load_parser::take_rest() {
  bool after_unknown = false;
  for (auto& word : app_.remaining()) {
    if (word.size() > 1 && word.starts_with('-')) {
      problems_.push_back({.file = std::string{source},
                           .field = word.substr(0, word.find('=')),
                           .problem = "is not an option of \"holdfast load\"",
                           .fix = suggestion(word)});
      after_unknown = word.find('=') == std::string::npos;
    } else if (std::exchange(after_unknown, false) && word.find("://") == std::string::npos) {
      continue;  // the value of the option that is not known
    } else {
      texts_.urls.push_back(std::move(word));
    }
  }
}

std::string load_parser::suggestion(std::string const& word) const {
  std::vector<std::string> names;
  for (auto const* const option : app_.get_options()) {
    for (auto const& long_name : option->get_lnames()) names.push_back("--" + long_name);
  }
  std::vector<std::string_view> const views{names.begin(), names.end()};
  // "-duration" is meant as "--duration".
  auto const name = word.substr(0, word.find('='));
  if (name.size() == 2) return "See \"holdfast load --help\".";
  auto const near = nearest_word(name.starts_with("--") ? name : '-' + name, views);
  if (near.empty()) return "See \"holdfast load --help\".";
  return "Did you mean \"" + std::string{near} + "\"?";
}

}  // namespace

load_command_line sort_load_command_line(std::span<std::string const> words) {
  load_command_line sorted;
  sorted.problems = load_parser{sorted.texts}.parse(words);
  if (sorted.texts.wants_help) sorted.problems.clear();
  return sorted;
}

result<load_texts, diagnostics> read_load_command_line(std::span<std::string const> words) {
  auto sorted = sort_load_command_line(words);
  if (!sorted.problems.empty()) return std::move(sorted.problems);
  return std::move(sorted.texts);
}

std::string load_help() {
  load_texts unused;
  return load_parser{unused}.help();
}

}  // namespace holdfast::cli
