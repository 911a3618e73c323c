#pragma once

#include <string_view>

#include "cluster/objects/json.hpp"

namespace holdfast::cluster {

/// The elements of a merged list in the order that a strategic merge patch names them: its own, then that of
/// `$setElementOrder`. Those that it does not name keep the order in which they were; they come before the first of the
/// named ones that stood behind them. New elements therefore come early, as in Kubernetes.
/// @param before  the list as it was
/// @param order   objects with the merge key, or the values themselves
/// @param key     empty for a list of plain values
json in_element_order(json merged, json const& before, json const& order, std::string_view key);

}  // namespace holdfast::cluster
