#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "core/clock.hpp"
#include "core/diagnostic.hpp"
#include "core/result.hpp"

namespace holdfast {

/// One thing that was seen, or done, while an experiment ran. What each kind holds: harness/docs/timeline.md.
struct timeline_event {
  nanoseconds at{};  ///< since the run's start, by the steady clock; microseconds are kept
  std::string arm;   ///< empty: of no arm
  std::string kind;
  std::string subject;
  std::string what;
  nlohmann::ordered_json detail = nlohmann::ordered_json::object();
  friend bool operator==(timeline_event const&, timeline_event const&) = default;
};

/// The kinds.
namespace timeline_kinds {
inline constexpr char const* phase = "phase";
inline constexpr char const* action = "action";
inline constexpr char const* fault = "fault";
inline constexpr char const* pod = "pod";
inline constexpr char const* endpoints = "endpoints";
inline constexpr char const* replicas = "replicas";
inline constexpr char const* rollout = "rollout";
inline constexpr char const* autoscaler = "autoscaler";
inline constexpr char const* probe = "probe";
inline constexpr char const* breaker = "breaker";
inline constexpr char const* connection = "connection";
inline constexpr char const* cluster = "cluster";
}  // namespace timeline_kinds

/// The event as a line of JSON, without a line end:
///   {"at_s":12.345678,"arm":"with","kind":"pod","subject":"book-1","what":"ready","detail":{"ip":"127.3.1.2"}}
/// What is not UTF-8 is replaced.
std::string to_line(timeline_event const& event);

/// Reads what to_line() wrote.
/// @param file, number  for the messages
/// @return  or everything that is wrong with the line: it was cut, a member is missing, unknown or of another kind.
///          Lines above 1 MiB and nesting beyond 32 are refused
result<timeline_event, diagnostics> read_line(std::string_view line, std::string_view file, std::uint32_t number);

}  // namespace holdfast
