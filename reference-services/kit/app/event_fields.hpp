#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "kit/documents/fields.hpp"

namespace holdfast::kit {

/// The own fields of an event that tells of a whole document, as the originals' events do: the id, then every field in
/// order, nulls included.
template <document T>
nlohmann::ordered_json event_fields(T const& of) {
  nlohmann::ordered_json fields{{"id", of.id}};
  for_each_field(of, [&](std::string_view name, auto const& member) {
    auto& into = fields[std::string{name}];
    if (member) into = *member;
  });
  return fields;
}

}  // namespace holdfast::kit
