#include "report/load_sentence.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "core/units.hpp"
#include "net/http_text.hpp"

namespace holdfast::report {
namespace {

template <class... Visitors>
struct overloaded : Visitors... {
  using Visitors::operator()...;
};
template <class... Visitors>
overloaded(Visitors...) -> overloaded<Visitors...>;

std::string open_sentence(load::open_loop const& loop) {
  auto const due = loop.schedule.expected_total();
  auto const length = loop.schedule.length();
  auto text = fmt::format("open loop: {} requests due in {}",
                          format_count(static_cast<std::uint64_t>(std::llround(due))), format_duration(length));
  if (length > nanoseconds{0}) text += fmt::format(" ({}/s on average)", format_rate(due / in_seconds(length)));
  return text + fmt::format(", at most {} at once", format_count(loop.users));
}

std::string closed_sentence(load::closed_loop_plan const& plan) {
  auto const users = load::peak_users(plan);
  auto text = fmt::format("closed loop: {}{} {}", plan.stages.empty() ? "" : "up to ", format_count(users),
                          users == 1 ? "user" : "users");
  if (plan.ramp > nanoseconds{0}) text += fmt::format(" coming in over {}", format_duration(plan.ramp));
  if (plan.duration) text += fmt::format(" for {}", format_duration(*plan.duration));
  if (plan.requests) text += fmt::format(", {} requests in all", format_count(*plan.requests));
  if (plan.iterations_per_user) text += fmt::format(", {} rounds each", format_count(*plan.iterations_per_user));
  if (plan.think != load::think_law{load::no_think{}}) text += fmt::format(", think time {}", think_text(plan.think));
  return text;
}

constexpr std::string_view hidden = "***";

/// Whether a header or a query parameter of that name usually carries what nobody else may know. Too much is hidden
/// rather than too little.
bool names_a_secret(std::string_view name) {
  constexpr std::array<std::string_view, 9> parts{"key",    "token",      "secret",    "auth",   "passw",
                                                  "cookie", "credential", "signature", "session"};
  std::string lower{name};
  std::ranges::transform(lower, lower.begin(), net::ascii_lower);
  return std::ranges::any_of(parts, [&](std::string_view part) { return lower.find(part) != std::string::npos; });
}

std::string url_without_login(std::string const& word) {
  auto const scheme = word.find("://");
  auto const begin = scheme == std::string::npos ? 0 : scheme + 3;
  auto const end = std::min(word.find_first_of("/?# ", begin), word.size());
  auto const at = word.rfind('@', end);
  if (at == std::string::npos || at < begin) return word;
  // Without a scheme only "user:password@host" is taken for a login.
  if (scheme == std::string::npos && word.find(':') > at) return word;
  return word.substr(0, begin) + std::string{hidden} + word.substr(at);
}

std::string user_without_password(std::string_view user) {
  return std::string{user.substr(0, user.find(':'))} + ":" + std::string{hidden};
}

std::string header_without_secret(std::string_view field) {
  auto const name = net::trimmed(field.substr(0, field.find(':')));
  if (!names_a_secret(name)) return std::string{field};
  return std::string{name} + ": " + std::string{hidden};
}

/// Nobody knows which part of a body is secret. The name of a file is not.
std::string body_without_content(std::string_view body) {
  if (body.starts_with('@')) return std::string{body};
  return fmt::format("{} ({} bytes)", hidden, body.size());
}

/// The value of an option in `word` ("--user=a:b", "-Hname: x"), or nothing when the value is the next word.
struct option_word {
  std::string_view prefix;  ///< of words with the value in the same word
  std::string_view name;    ///< of words whose value comes next
  std::string (*hide)(std::string_view);
};
constexpr std::array<option_word, 5> options_with_secrets{{{"--user=", "--user", user_without_password},
                                                           {"--header=", "--header", header_without_secret},
                                                           {"-H", "-H", header_without_secret},
                                                           {"--data=", "--data", body_without_content},
                                                           {"--json-body=", "--json-body", body_without_content}}};

}  // namespace

std::string load_sentence(load::load_settings const& settings) {
  auto const* const plan = std::get_if<load::closed_loop_plan>(&settings.arrivals);
  auto sentence =
      plan != nullptr ? closed_sentence(*plan) : open_sentence(std::get<load::open_loop>(settings.arrivals));
  if (settings.pipeline > 1) sentence += fmt::format(", {} pipelined on a connection", settings.pipeline);
  return sentence;
}

std::string think_text(load::think_law const& law) {
  return std::visit(overloaded{[](load::no_think) { return std::string{"none"}; },
                               [](load::constant_think const& t) { return format_duration(t.length); },
                               [](load::uniform_think const& t) {
                                 return format_duration(t.shortest) + " to " + format_duration(t.longest);
                               },
                               [](load::exponential_think const& t) {
                                 return format_duration(t.mean) + " on average (exponential)";
                               }},
                    law);
}

std::string query_without_secrets(std::string_view url) {
  auto const query = std::min(url.find('?'), url.size());
  std::string shown{url.substr(0, query)};
  auto rest = url.substr(query);
  while (!rest.empty()) {
    auto const end = std::min(rest.find_first_of("&;#", 1), rest.size());
    auto const equals = rest.substr(0, end).find('=');
    auto const is_hidden = equals != std::string_view::npos && names_a_secret(rest.substr(1, equals - 1));
    shown +=
        is_hidden ? std::string{rest.substr(0, equals + 1)} + std::string{hidden} : std::string{rest.substr(0, end)};
    rest.remove_prefix(end);
  }
  return shown;
}

std::vector<std::string> without_secrets(std::span<std::string const> words) {
  std::vector<std::string> shown;
  std::string (*hide_next)(std::string_view) = nullptr;
  for (auto const& word : words) {
    if (hide_next != nullptr) {
      shown.push_back(hide_next(word));
      hide_next = nullptr;
      continue;
    }
    auto text = query_without_secrets(url_without_login(word));
    for (auto const& [prefix, name, hide] : options_with_secrets) {
      if (word == name) {
        hide_next = hide;
      } else if (word.starts_with(prefix)) {
        text = std::string{prefix} + hide(std::string_view{word}.substr(prefix.size()));
      }
    }
    shown.push_back(std::move(text));
  }
  return shown;
}

}  // namespace holdfast::report
