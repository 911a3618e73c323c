#pragma once

#include <array>
#include <string_view>

/// The keys that a profile may have, place by place. A test compares them with profile.schema.json and docs/profile.md.
namespace holdfast::experiment::profile_keys {

inline constexpr std::array<std::string_view, 16> profile{
    "$schema", "title",   "description", "system", "cluster",    "arms",   "prepare", "load",
    "phases",  "actions", "observers",   "checks", "invariants", "budget", "seed",    "repeat"};
inline constexpr std::array<std::string_view, 3> cluster{"time_scale", "images", "ready_within"};
inline constexpr std::array<std::string_view, 6> arm{"name",    "description", "control",
                                                     "patches", "environment", "defects"};
inline constexpr std::array<std::string_view, 2> object{"kind", "name"};
inline constexpr std::array<std::string_view, 3> patch{"json_patch", "merge_patch", "strategic_patch"};
inline constexpr std::array<std::string_view, 1> arm_patch_more{"remove"};

inline constexpr std::array<std::string_view, 11> load_request{
    "url", "method", "headers", "auth", "json", "form", "body", "body_file", "check", "redirects", "keep_alive"};
inline constexpr std::array<std::string_view, 2> load_script{"scenario", "siege"};
inline constexpr std::array<std::string_view, 18> load_course{
    "users", "duration", "requests",        "iterations", "think",        "rate",
    "ramp",  "stages",   "spike",           "replay",     "replay_speed", "poisson",
    "queue", "timeout",  "connect_timeout", "drain",      "threads",      "pipeline"};
inline constexpr std::array<std::string_view, 1> load_more{"tls"};
inline constexpr std::array<std::string_view, 4> tls{"insecure", "ca_file", "certificate_file", "key_file"};

inline constexpr std::array<std::string_view, 3> phase{"name", "duration", "measured"};

inline constexpr std::array<std::string_view, 11> action_common{"name",   "why",   "at",    "phase", "when", "after",
                                                                "within", "times", "every", "for",   "until"};
inline constexpr std::array<std::string_view, 10> action_kinds{"rollout", "scale",  "kill",  "pause", "continue",
                                                               "delete",  "create", "patch", "fault", "run"};
inline constexpr std::array<std::string_view, 4> rollout{"deployment", "container", "image", "restart"};
inline constexpr std::array<std::string_view, 2> scale{"deployment", "replicas"};
inline constexpr std::array<std::string_view, 4> pods{"deployment", "labels", "count", "pick"};
inline constexpr std::array<std::string_view, 1> kill_more{"signal"};
inline constexpr std::array<std::string_view, 2> create{"file", "object"};
inline constexpr std::array<std::string_view, 4> fault_common{"kind", "service", "port", "direction"};
inline constexpr std::array<std::string_view, 2> run{"command", "timeout"};

inline constexpr std::array<std::string_view, 1> observer{"scrape"};
inline constexpr std::array<std::string_view, 4> scrape{"deployment", "port", "path", "every"};
inline constexpr std::array<std::string_view, 4> check{"check", "name", "why", "arms"};
inline constexpr std::array<std::string_view, 2> invariants{"checked", "converge_within"};

inline constexpr std::array<std::string_view, 4> suite{"$schema", "title", "description", "profiles"};
inline constexpr std::array<std::string_view, 5> suite_entry{"profile", "set", "arms", "repeat", "seed"};

/// Several lists as one.
template <class... Lists>
constexpr auto joined(Lists const&... lists) {
  std::array<std::string_view, (... + std::tuple_size_v<Lists>)> all{};
  auto next = all.begin();
  auto const add = [&](auto const& list) {
    for (auto const key : list) *next++ = key;
  };
  (add(lists), ...);
  return all;
}

}  // namespace holdfast::experiment::profile_keys
