#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/random.hpp"
#include "target/path_kind.hpp"

namespace holdfast::target {

/// When ordinary requests are answered wrongly. Conditions that are set must all hold.
struct misbehaviour_settings {
  std::optional<path_kind> kind;       ///< one of those for which is_misbehaviour() holds
  std::optional<double> probability;   ///< of each request
  std::optional<std::uint64_t> every;  ///< each n-th request
  std::optional<std::uint64_t> after;  ///< only from request n + 1 on

  /// Whether the request with this 1-based number (of this thread) is hit.
  bool hits(std::uint64_t number, random_engine& random) const;
};

/// Whether a path kind is a way to misbehave that `--misbehave` may name.
bool is_misbehaviour(path_kind kind);

/// The kind that a user calls `name`: "slow-header", "reset".
std::optional<path_kind> misbehaviour_named(std::string_view name);

/// All names, in alphabetical order.
std::vector<std::string_view> misbehaviour_names();

}  // namespace holdfast::target
