#pragma once

#include "cluster/control/label_selector.hpp"
#include "cluster/objects/field_problem.hpp"
#include "cluster/objects/resource_kind.hpp"

namespace holdfast::cluster {

/// Everything that keeps an object from being accepted: what the tables say, and the rules between fields. Expects the
/// defaults to be filled in. Takes any JSON.
field_problems problems_of(resource_kind const& kind, json const& object);

/// What an update may not change.
field_problems forbidden_changes(resource_kind const& kind, json const& object, json const& before);

/// A LabelSelector of an object. Unknown operators become "exists"; the tables refuse them.
label_selector selector_of(json const& value);

/// Why there is no such kind here: an unsupported kind or version by its name, a kind that nobody knows, or an object
/// without one. For an apiVersion and kind of which find_kind() and the conversions know nothing.
field_problem kind_problem(json const& object);

}  // namespace holdfast::cluster
