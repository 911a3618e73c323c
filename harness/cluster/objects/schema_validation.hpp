#pragma once

#include <vector>

#include "cluster/objects/field_problem.hpp"
#include "cluster/objects/object_schema.hpp"

namespace holdfast::cluster {

/// What the tables say about an object: unknown fields (with the nearest known one), wrong types, missing fields,
/// values out of bounds, unknown or badly formed ones, and what the local cluster does not support. The status is not
/// looked at: nobody may write it together with the rest. At most about a hundred problems.
field_problems schema_problems(resource_kind const& kind, json const& object);

/// The fields that are there and have no effect here. `reason` is empty.
field_problems ineffective_fields(resource_kind const& kind, json const& object);

/// A value as a Quantity, also one that is written as a number. Nothing when it is none.
std::optional<std::string> quantity_text(json const& value);

}  // namespace holdfast::cluster
