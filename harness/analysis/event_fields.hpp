#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/timeline_event.hpp"

namespace holdfast::analysis {

// Members of an event's detail. A member that is missing or of another kind is as good as not there: a timeline may
// come from a real cluster or an older version.
std::string text_in(timeline_event const& event, std::string_view member);
std::optional<double> number_in(timeline_event const& event, std::string_view member);
/// Names of the pods in a list of {ip, pod}.
std::vector<std::string> pods_in(timeline_event const& event, std::string_view list);

}  // namespace holdfast::analysis
