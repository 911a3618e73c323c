#pragma once

#include <optional>

#include "cluster/control/quantity.hpp"
#include "cluster/objects/json.hpp"

namespace holdfast::cluster {

/// An amount in an object that the API has accepted: a text there, however it was written. Nothing when it is absent.
inline std::optional<quantity> amount_of(json const& value) {
  auto const* const text = value.get_ptr<std::string const*>();
  if (text == nullptr) return std::nullopt;
  auto const amount = parse_quantity(*text);
  return amount ? std::optional{*amount} : std::nullopt;
}

}  // namespace holdfast::cluster
