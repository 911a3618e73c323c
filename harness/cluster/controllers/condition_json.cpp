#include "cluster/controllers/condition_json.hpp"

#include <string_view>

#include "cluster/objects/object_meta.hpp"

namespace holdfast::cluster {
namespace {

condition_status condition_status_from(std::string_view text) {
  if (text == "True") return condition_status::is_true;
  return text == "False" ? condition_status::is_false : condition_status::unknown;
}

}  // namespace

std::vector<condition> conditions_from(json const& conditions, cluster_clock const& clock) {
  std::vector<condition> found;
  if (!conditions.is_array()) return found;
  for (auto const& each : conditions) {
    auto const& type = text_at(each, "type");
    if (type.empty()) continue;
    auto const transition = clock.platform_of_stamp(text_at(each, "lastTransitionTime")).value_or(time_point{});
    auto const update = clock.platform_of_stamp(text_at(each, "lastUpdateTime")).value_or(transition);
    found.push_back({type, condition_status_from(text_at(each, "status")), text_at(each, "reason"),
                     text_at(each, "message"), update, transition});
  }
  return found;
}

json to_json(std::vector<condition> const& conditions, cluster_clock const& clock, update_stamps updates) {
  auto shown = json::array();
  for (auto const& each : conditions) {
    json one{{"type", each.type},
             {"status", text_of(each.status)},
             {"lastTransitionTime", clock.stamp_at(each.last_transition)}};
    if (updates == update_stamps::shown) one["lastUpdateTime"] = clock.stamp_at(each.last_update);
    if (!each.reason.empty()) one["reason"] = each.reason;
    if (!each.message.empty()) one["message"] = each.message;
    shown.push_back(std::move(one));
  }
  return shown;
}

}  // namespace holdfast::cluster
