#pragma once

#include <array>
#include <string_view>

/// The keys that a scenario file may have, place by place. A test compares them with scenario.schema.json.
namespace holdfast::load::scenario_keys {

inline constexpr std::array<std::string_view, 16> scenario{
    "$schema", "description", "base",      "http",    "keep_alive", "vars",       "feeders", "headers",
    "auth",    "cookies",     "redirects", "refused", "fallback",   "on_failure", "think",   "mix"};
inline constexpr std::array<std::string_view, 3> feeder{"file", "order", "format"};
inline constexpr std::array<std::string_view, 3> sequence{"name", "weight", "steps"};
inline constexpr std::array<std::string_view, 7> methods{"get", "post", "put", "patch", "delete", "head", "options"};
inline constexpr std::array<std::string_view, 14> step{"name",      "headers",   "auth",     "body",      "json",
                                                       "form",      "body_file", "check",    "extract",   "think",
                                                       "redirects", "refused",   "fallback", "on_failure"};
inline constexpr std::array<std::string_view, 2> auth{"user", "password"};
inline constexpr std::array<std::string_view, 3> conditions{"status", "headers", "body"};
inline constexpr std::array<std::string_view, 5> header_condition{"present", "equals", "contains", "not_contains",
                                                                  "matches"};
inline constexpr std::array<std::string_view, 7> body_condition{"equals", "contains", "not_contains", "matches",
                                                                "json",   "min_size", "max_size"};
inline constexpr std::array<std::string_view, 5> json_condition{"exists", "equals", "contains", "not_contains",
                                                                "matches"};
inline constexpr std::array<std::string_view, 4> extraction{"json", "header", "regex", "default"};
inline constexpr std::array<std::string_view, 2> think{"uniform", "exponential"};

}  // namespace holdfast::load::scenario_keys
