#include "cluster/controllers/event_recorder.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace holdfast::cluster {
namespace {

constexpr std::string_view text_of(event_type type) { return type == event_type::normal ? "Normal" : "Warning"; }

std::string saying_of(json const& about, std::string_view component, control_event const& event,
                      std::string const& text) {
  return fmt::format("{}\n{}\n{}\n{}\n{}", uid_of(about), component, text_of(event.type), event.reason, text);
}

json reference_to(resource_kind const& kind, json const& about) {
  json reference{{"apiVersion", api_version_of(kind)}, {"kind", kind.name}, {"name", name_of(about)}};
  for (auto const* const field : {"namespace", "uid", "resourceVersion"}) {
    auto const& value = member(about, "metadata", field);
    if (value.is_string()) reference[field] = value;
  }
  return reference;
}

/// Events about objects without a namespace are in "default".
std::string home_of(json const& about) {
  auto const& name_space = namespace_of(about);
  return name_space.empty() ? "default" : name_space;
}

}  // namespace

bool event_recorder::repeat(known_events::iterator known, time_point now) {
  auto const before = store_.find(kinds::event, known->key);
  if (!before) return false;
  auto object = *before;
  object["count"] = integer_at(*before, 1, "count") + 1;
  object["lastTimestamp"] = clock_.stamp_at(now);
  if (!store_.update(kinds::event, std::move(object))) return false;
  events_.splice(events_.end(), events_, known);
  return true;
}

void event_recorder::record(resource_kind const& kind, json const& about, std::string_view component,
                            control_event const& event, time_point now) {
  auto const text = message(event.why);
  auto says = saying_of(about, component, event, text);
  if (auto const known = by_saying_.find(says); known != by_saying_.end()) {
    if (repeat(known->second, now)) return;
    events_.erase(known->second);  // somebody else removed it
    by_saying_.erase(known);
  }
  auto const stamp = clock_.stamp_at(now);
  auto const wall = clock_.wall_at(now).time_since_epoch().count();
  object_key key{home_of(about), fmt::format("{}.{:x}.{:x}", name_of(about), wall, ++made_)};
  json object{{"metadata", {{"namespace", key.name_space}, {"name", key.name}}},
              {"involvedObject", reference_to(kind, about)},
              {"reason", event.reason},
              {"message", text},
              {"type", text_of(event.type)},
              {"count", 1},
              {"firstTimestamp", stamp},
              {"lastTimestamp", stamp},
              {"source", {{"component", component}}},
              {"reportingComponent", component},
              {"reportingInstance", ""}};
  if (!store_.create(kinds::event, std::move(object))) return;
  events_.push_back({std::move(key), says});
  by_saying_.emplace(std::move(says), std::prev(events_.end()));
  forget_surplus();
}

void event_recorder::forget_surplus() {
  while (events_.size() > most_) {
    auto const& oldest = events_.front();
    (void)store_.remove(kinds::event, oldest.key);  // gone already is as good
    by_saying_.erase(oldest.says);
    events_.pop_front();
  }
}

}  // namespace holdfast::cluster
