#pragma once

#include "cluster/objects/api_error.hpp"
#include "cluster/objects/json.hpp"
#include "cluster/objects/resource_kind.hpp"

namespace holdfast::cluster {

/// What every object goes through before it is stored: other spellings are made one, defaults filled in, rules checked,
/// and at an update also what may not change. `before` is null at a creation, which gets its first status too.
/// @error  422 with every problem in its causes.
api_result<void> admit(resource_kind const& kind, json& object, json const* before);

}  // namespace holdfast::cluster
