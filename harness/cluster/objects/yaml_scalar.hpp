#pragma once

#include <string_view>

#include "cluster/objects/json.hpp"
#include "core/units.hpp"

namespace holdfast::cluster {

/// What a scalar of a manifest is in JSON, by the rules of Kubernetes' own conversion (YAML 1.1 as its Go reader has
/// it): "yes", "on" and "y" are true; 0x10, 0o17, 017 and 1_000 are integers; "~" and nothing are null; what is quoted
/// or tagged !!str is text. A whole floating-point number becomes an integer.
/// @param tag  as the parser tells it: "?" for a plain scalar, "!" for a quoted one, else the resolved tag.
/// @error  a tag that JSON has nothing for, a text that is not what its tag says, infinities and NaN.
result<json, unit_error> resolve_scalar(std::string_view tag, std::string_view text);

}  // namespace holdfast::cluster
