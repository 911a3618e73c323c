#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/objects/api_error.hpp"
#include "cluster/objects/json.hpp"

namespace holdfast::cluster {

/// One field that cannot be as it is, in parts: what becomes a cause of a Status, or a diagnostic of a manifest.
struct field_problem {
  std::string field;    ///< "spec.template.spec.containers[0].image", "metadata.labels[app]"
  std::string reason;   ///< Kubernetes' word: "FieldValueRequired"
  std::string value;    ///< what was given, shortened; empty when something is missing
  std::string problem;  ///< without a full stop
  std::string fix;      ///< a sentence, without its full stop; may be empty
};

using field_problems = std::vector<field_problem>;

// One for each of Kubernetes' reasons.

field_problem is_missing(std::string field, std::string problem, std::string fix = {});
field_problem is_invalid(std::string field, json const& value, std::string problem, std::string fix = {});
/// Not of the type that the field has.
field_problem is_mistyped(std::string field, json const& value, std::string problem, std::string fix = {});
field_problem is_duplicate(std::string field, json const& value, std::string problem, std::string fix = {});
/// It may not be there, or not be changed.
field_problem is_forbidden(std::string field, std::string problem, std::string fix = {});
/// A value that is not among the known ones.
field_problem is_not_supported(std::string field, json const& value, std::string problem, std::string fix = {});
/// Refers to something that is not there.
field_problem is_not_found(std::string field, json const& value, std::string problem, std::string fix = {});
field_problem is_too_long(std::string field, std::string problem, std::string fix = {});

/// As Kubernetes words it: "Invalid value: "x": must be ...".
field_cause cause_of(field_problem const& problem);

/// A value as messages show it: a text as it is, anything else as JSON; one line, at most about 100 bytes.
std::string shown(json const& value);

/// "path[3]", "path[app]".
std::string element_path(std::string_view path, std::size_t index);
std::string entry_path(std::string_view path, std::string_view key);

}  // namespace holdfast::cluster
