#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "analysis/observation.hpp"
#include "core/timeline_event.hpp"

/// Observations for tests, written short.
namespace holdfast::analysis::example {

/// One second from `second`, with so many requests good and failed ("http_5xx").
inline interval_counts second(int at, std::uint64_t good, std::uint64_t bad = 0) {
  interval_counts counts{.start = std::chrono::seconds{at}, .length = std::chrono::seconds{1}};
  counts.scheduled = counts.started = good + bad;
  counts.ok = good;
  if (bad > 0) counts.failed["http_5xx"] = bad;
  return counts;
}

/// Seconds from zero on, by their good and failed requests.
struct good_and_bad {
  std::uint64_t good, bad;
};
inline std::vector<interval_counts> seconds(std::vector<good_and_bad> const& counts) {
  std::vector<interval_counts> all;
  for (auto const& [good, bad] : counts) all.push_back(second(static_cast<int>(all.size()), good, bad));
  return all;
}

inline failed_request failure(nanoseconds start, nanoseconds end, std::string outcome = "reset") {
  failed_request made;
  made.start = start;
  made.end = end;
  made.outcome = std::move(outcome);
  return made;
}

inline timeline_event event(nanoseconds at, std::string kind, std::string subject, std::string what,
                            nlohmann::ordered_json detail = nlohmann::ordered_json::object()) {
  return {.at = at,
          .arm = "",
          .kind = std::move(kind),
          .subject = std::move(subject),
          .what = std::move(what),
          .detail = std::move(detail)};
}

/// A list of endpoints as the timeline has it.
inline nlohmann::ordered_json pods(std::initializer_list<char const*> names) {
  auto list = nlohmann::ordered_json::array();
  for (auto const* const name : names) list.push_back({{"ip", "127.1.1.1"}, {"pod", name}});
  return list;
}

}  // namespace holdfast::analysis::example
