#pragma once

#include <cstddef>
#include <string_view>

#include "cluster/objects/api_error.hpp"
#include "cluster/objects/json.hpp"

namespace holdfast::cluster {

/// How deep objects and lists may be nested wherever a client has a say: what walks, copies or prints a value does so
/// recursively.
inline constexpr std::size_t most_json_depth = 100;

/// Lists and objects within each other: 0 for a scalar.
std::size_t depth_of(json const& value);

/// 413, as Kubernetes says it.
api_error body_too_large(std::size_t limit);

/// A JSON text from a client. Keys that occur twice are refused, as `kubectl` asks for by fieldValidation=Strict.
/// @error  413 above `most_bytes` (Kubernetes: 3 MiB), 400 for what is no JSON, not UTF-8, or nested too deeply.
api_result<json> parse_body(std::string_view text, std::size_t most_bytes = 3UL * 1024 * 1024);

}  // namespace holdfast::cluster
