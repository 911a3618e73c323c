#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cluster/objects/api_error.hpp"
#include "cluster/objects/json.hpp"
#include "cluster/objects/resource_kind.hpp"

namespace holdfast::cluster {

struct field_requirement {
  std::string field;  ///< "status.phase"
  std::string value;
  bool is_equal = true;  ///< else it must differ
};

/// All of them have to hold.
using field_selector = std::vector<field_requirement>;

/// Reads "status.phase!=Running,spec.nodeName=local"; "==" is "=", and "\" takes away the meaning of ',', '=' and
/// itself. An empty text selects everything.
/// @error  400 for a text of another form, and for fields by which objects of that kind cannot be selected.
api_result<field_selector> parse_field_selector(resource_kind const& kind, std::string_view text);

/// A field that is not there is the empty text.
bool matches(field_selector const& selector, json const& object);

}  // namespace holdfast::cluster
