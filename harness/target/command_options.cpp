#include "target/command_options.hpp"

#include <algorithm>
#include <limits>
#include <string_view>

#include <fmt/format.h>

#include "net/http_text.hpp"

namespace holdfast::target {
namespace {

using text = command_texts::text;

/// Reads one option after the other and gathers what is wrong.
class option_reader {
 public:
  void complain(std::string_view option, std::string_view value, std::string problem, std::string fix) {
    problems_.push_back({.file = "command line",
                         .field = std::string{option},
                         .value = std::string{value},
                         .problem = std::move(problem),
                         .fix = std::move(fix)});
  }

  /// Applies `parse` to the text, if there is one, and keeps its value in `into`.
  template <class Parse, class T>
  void read(std::string_view option, text const& given, Parse parse, T& into) {
    if (!given) return;
    auto const value = parse(*given);
    if (value) {
      into = *value;
    } else {
      complain(option, *given, value.error().problem, value.error().fix);
    }
  }

  template <class T>
  void read_count(std::string_view option, text const& given, std::uint64_t least, std::uint64_t most, T& into) {
    std::optional<std::uint64_t> value;
    read(option, given, parse_count, value);
    if (!value) return;
    if (*value < least || *value > most) {
      complain(option, *given, fmt::format("has to lie between {} and {}", least, most), "Choose a number in there.");
    } else {
      into = static_cast<std::remove_reference_t<decltype(unwrapped(into))>>(*value);
    }
  }

  diagnostics take() { return std::move(problems_); }
  bool has_problems() const { return !problems_.empty(); }

 private:
  template <class T>
  static T& unwrapped(T& value) {
    return value;
  }
  template <class T>
  static T& unwrapped(std::optional<T>& value) {
    return *value;
  }

  diagnostics problems_;
};

constexpr auto no_limit = std::numeric_limits<std::uint64_t>::max();

void read_addresses(command_texts const& given, option_reader& read, server_options& into) {
  into.listen.clear();
  for (auto const& t : given.listen) {
    listen_address at;
    read.read("--listen", t, parse_listen_address, at);
    into.listen.push_back(at);
  }
  for (auto const& path : given.unix_paths) {
    // sun_path holds 108 bytes with the final nul.
    if (path.empty() || path.size() > 107) {
      read.complain("--unix", path, "the path of a unix socket has 1 to 107 characters", "Choose a shorter one.");
    }
    into.listen.push_back({.unix_path = path});
  }
  if (into.listen.empty()) into.listen.push_back({.host = "127.0.0.1", .port = 8080});
}

void read_tls(command_texts const& given, option_reader& read, server_options& into) {
  if (!given.tls.empty() && given.tls_self_signed) {
    read.complain("--tls-self-signed", "", "cannot be combined with --tls", "Give one of them.");
  }
  if (given.tls.size() == 2) into.tls = tls_settings{given.tls[0], given.tls[1]};
  if (given.tls_self_signed) into.tls = tls_settings{};
}

void read_header(std::string const& line, option_reader& read, answer_settings& into) {
  auto const colon = line.find(':');
  auto const name = std::string_view{line}.substr(0, colon);
  auto const is_token = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return net::is_token_char[static_cast<unsigned char>(c)];
  });
  auto const has_control =
      std::any_of(line.begin(), line.end(), [](char c) { return net::is_control(c) && c != '\t'; });
  if (colon == std::string::npos || !is_token || has_control) {
    read.complain("--header", line, "is no header field", "Write e.g. \"X-Variant: blue\".");
    return;
  }
  for (std::string_view const own : {"content-length", "transfer-encoding", "connection", "content-type"}) {
    if (!net::equals_ignoring_case(name, own)) continue;
    read.complain("--header", line, "this field is set by the target itself",
                  "Use --size, --chunked or --content-type for what you want.");
    return;
  }
  into.headers.emplace_back(name, net::trimmed(std::string_view{line}.substr(colon + 1)));
}

void read_answer(command_texts const& given, option_reader& read, answer_settings& into) {
  read.read("--size", given.size, parse_size, into.body_bytes);
  read.read_count("--status", given.status, 200, 599, into.status);
  into.chunked = given.chunked;
  if (given.content_type) into.content_type = *given.content_type;
  if (std::any_of(into.content_type.begin(), into.content_type.end(), net::is_control)) {
    read.complain("--content-type", into.content_type, "holds control characters", "Write e.g. \"text/plain\".");
  }
  for (auto const& line : given.headers) read_header(line, read, into);
}

void read_latency(command_texts const& given, option_reader& read, latency_plan& into) {
  for (auto const& t : given.latency) {
    if (auto const wrong = add_latency(t, into)) read.complain("--latency", t, wrong->problem, wrong->fix);
  }
  for (auto const& t : given.freeze) {
    time_windows windows;
    read.read("--freeze", t, parse_time_windows, windows);
    into.freezes.push_back(windows);
  }
}

void read_kind(std::string const& name, option_reader& read, server_options& into) {
  into.misbehave.kind = misbehaviour_named(name);
  if (into.misbehave.kind || name == "refuse") return;
  auto names = misbehaviour_names();
  names.push_back("refuse");
  read.complain("--misbehave", name, "is no way to misbehave",
                fmt::format("Choose one of {}.{}", fmt::join(names, ", "), did_you_mean(name, names)));
}

void read_refusal(command_texts const& given, option_reader& read, server_options& into) {
  if (given.refuse) {
    time_windows windows;
    read.read("--refuse", given.refuse, parse_time_windows, windows);
    into.refuse = windows;
  }
  if (given.misbehave != "refuse") return;
  if (given.probability || given.every) {
    read.complain("--misbehave", "refuse", "takes --after N (connections) only", "Leave the other conditions out.");
  }
  if (!given.after && !given.refuse) {
    read.complain("--misbehave", "refuse", "needs to know when",
                  "Add --after N (connections), or --refuse every=10s,for=1s.");
  }
  read.read_count("--after", given.after, 1, no_limit, into.refuse_after);
}

void read_misbehaviour(command_texts const& given, option_reader& read, server_options& into) {
  if (given.misbehave) read_kind(*given.misbehave, read, into);
  read_refusal(given, read, into);
  read.read_count("--close-after", given.close_after, 1, no_limit, into.close_after);
  if (given.misbehave == "refuse") return;
  auto& when = into.misbehave;
  std::optional<double> probability;
  read.read("--probability", given.probability, parse_number, probability);
  if (probability && (*probability < 0 || *probability > 1)) {
    read.complain("--probability", *given.probability, "has to lie between 0 and 1", "Write e.g. 0.05.");
  }
  when.probability = probability;
  read.read_count("--every", given.every, 1, no_limit, when.every);
  read.read_count("--after", given.after, 0, no_limit, when.after);
  if (!given.misbehave && (given.probability || given.every || given.after)) {
    read.complain("--misbehave", "", "is missing, but its conditions were given", "Say how to misbehave.");
  }
}

void read_limits(command_texts const& given, option_reader& read, command_options& into) {
  auto& server = into.server;
  read.read_count("--threads", given.threads, 1, 1024, server.threads);
  read.read_count("--cpu", given.cpu, 0, 4095, server.first_cpu);
  read.read_count("--seed", given.seed, 0, no_limit, server.seed);
  read.read_count("--max-requests", given.max_requests, 1, no_limit, server.max_requests);
  read.read_count("--max-connections", given.max_connections, 1, 1'000'000, server.limits.connections);
  read.read("--for", given.run_for, parse_duration, into.run_for);
  read.read("--idle-timeout", given.idle_timeout, parse_duration, server.limits.idle);
  if (into.run_for == nanoseconds{0}) {
    read.complain("--for", *given.run_for, "has to be above zero", "Write e.g. 10s, or leave it out.");
  }
  if (server.limits.idle == nanoseconds{0}) {
    read.complain("--idle-timeout", *given.idle_timeout, "has to be above zero", "Write e.g. 60s.");
  }
}

}  // namespace

result<command_options, diagnostics> read_command_options(command_texts const& given) {
  command_options made;
  option_reader read;
  read_addresses(given, read, made.server);
  read_tls(given, read, made.server);
  read_answer(given, read, made.server.answer);
  read_latency(given, read, made.server.latency);
  read_misbehaviour(given, read, made.server);
  read_limits(given, read, made);
  made.port_file = given.port_file.value_or("");
  made.truth = given.truth.value_or("");
  if (read.has_problems()) return read.take();
  return made;
}

}  // namespace holdfast::target
