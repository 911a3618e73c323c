#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/objects/json.hpp"

namespace holdfast::cluster {

/// The steps of a JSON pointer (RFC 6901): "/spec/a~1b" is {"spec", "a/b"}. Nothing when it is none.
std::optional<std::vector<std::string>> pointer_steps(std::string_view text);

/// The value that the first `count` steps lead to; null when there is none.
json* value_at(json& root, std::vector<std::string> const& steps, std::size_t count);

/// A list index without sign or leading zeros, below `limit`.
std::optional<std::size_t> list_index(std::string_view step, std::size_t limit);

}  // namespace holdfast::cluster
