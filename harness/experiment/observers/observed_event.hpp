#pragma once

#include <string_view>

#include "cluster/objects/object_meta.hpp"
#include "core/timeline_event.hpp"

namespace holdfast::experiment {

/// An event about an object: its name is the subject. The namespace is told when it is not "default".
inline timeline_event event_about(cluster::json const& object, char const* kind, std::string what) {
  timeline_event event{.kind = kind, .subject = cluster::name_of(object), .what = std::move(what)};
  auto const& home = cluster::namespace_of(object);
  if (!home.empty() && home != "default") event.detail["namespace"] = home;
  return event;
}

/// Puts a text there unless it is empty.
inline void put(timeline_event& event, char const* name, std::string const& text) {
  if (!text.empty()) event.detail[name] = text;
}

/// The condition of that type in an object's status, or null.
inline cluster::json const& condition_in(cluster::json const& object, std::string_view type) {
  auto const& conditions = cluster::member(object, "status", "conditions");
  if (!conditions.is_array()) return cluster::null_json();
  for (auto const& each : conditions) {
    if (cluster::text_at(each, "type") == type) return each;
  }
  return cluster::null_json();
}

}  // namespace holdfast::experiment
