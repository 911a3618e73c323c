#pragma once

#include <string>
#include <vector>

#include "core/timeline_event.hpp"

namespace holdfast::experiment {

/// A member of the event's detail; null when it is not there.
inline nlohmann::ordered_json detail(timeline_event const& event, char const* name) {
  auto const found = event.detail.find(name);
  return found == event.detail.end() ? nlohmann::ordered_json{} : *found;
}

/// "pod book-1 ready".
inline std::string short_text(timeline_event const& event) {
  return event.kind + ' ' + event.subject + ' ' + event.what;
}

inline std::vector<std::string> short_texts(std::vector<timeline_event> const& events) {
  std::vector<std::string> texts;
  for (auto const& event : events) texts.push_back(short_text(event));
  return texts;
}

}  // namespace holdfast::experiment
