#include "cluster/controllers/cached_autoscaler.hpp"

#include <chrono>
#include <utility>

#include "cluster/control/quantity.hpp"

namespace holdfast::cluster {
namespace {

constexpr double thousand = 1000;

quantity quantity_from(json const& value) {
  auto const* const text = value.get_ptr<std::string const*>();
  if (text == nullptr) return {};
  auto const parsed = parse_quantity(*text);
  return parsed ? *parsed : quantity{};
}

void read_metric_target(json const& target, autoscaler_metric& metric) {
  bool const is_utilization = text_at(target, "type") == "Utilization";
  metric.target_kind = is_utilization ? metric_target::utilization : metric_target::average_value;
  metric.target = is_utilization ? integer_at(target, 0, "averageUtilization")
                                 : quantity_from(member(target, "averageValue")).milli();
}

autoscaler_metric metric_from(json const& value) {
  autoscaler_metric metric;
  auto const& type = text_at(value, "type");
  auto const* source = &member(value, "resource");
  if (type == "ContainerResource") {
    metric.kind = metric_kind::container_resource;
    source = &member(value, "containerResource");
    metric.container = text_at(*source, "container");
  } else if (type == "Pods") {
    metric.kind = metric_kind::pods;
    source = &member(value, "pods");
  }
  metric.name = metric.kind == metric_kind::pods ? text_at(*source, "metric", "name") : text_at(*source, "name");
  read_metric_target(member(*source, "target"), metric);
  return metric;
}

scaling_rules_given rules_from(json const& value) {
  scaling_rules_given given;
  auto const& window = member(value, "stabilizationWindowSeconds");
  if (window.is_number_integer()) given.stabilization = std::chrono::seconds{window.get<std::int64_t>()};
  auto const& select = text_at(value, "selectPolicy");
  if (select == "Max") given.select = select_policy::max_change;
  if (select == "Min") given.select = select_policy::min_change;
  if (select == "Disabled") given.select = select_policy::disabled;
  auto const& tolerance = member(value, "tolerance");
  if (tolerance.is_string()) given.tolerance = static_cast<double>(quantity_from(tolerance).milli()) / thousand;
  auto const& policies = member(value, "policies");
  if (!policies.is_array()) return given;
  given.policies.emplace();
  for (auto const& each : policies) {
    bool const is_percent = text_at(each, "type") == "Percent";
    given.policies->push_back({is_percent ? scaling_policy::kind::percent : scaling_policy::kind::pods,
                               static_cast<std::int32_t>(integer_at(each, 0, "value")),
                               std::chrono::seconds{integer_at(each, 0, "periodSeconds")}});
  }
  return given;
}

autoscaler_spec autoscaler_spec_from(json const& spec, nanoseconds downscale_stabilization) {
  autoscaler_spec read;
  read.bounds = {static_cast<std::int32_t>(integer_at(spec, 1, "minReplicas")),
                 static_cast<std::int32_t>(integer_at(spec, 1, "maxReplicas"))};
  auto const& metrics = member(spec, "metrics");
  if (metrics.is_array() && !metrics.empty()) {
    read.metrics.clear();
    for (auto const& each : metrics) read.metrics.push_back(metric_from(each));
  }
  auto const& behavior = member(spec, "behavior");
  if (behavior.is_object()) {
    read.behavior = {scale_up_rules(rules_from(member(behavior, "scaleUp"))),
                     scale_down_rules(rules_from(member(behavior, "scaleDown")), downscale_stabilization)};
  }
  return read;
}

}  // namespace

autoscaler_ptr cached_autoscaler_of(object_ptr object, nanoseconds downscale_stabilization) {
  auto cached = std::make_shared<cached_autoscaler>();
  auto const& value = *object;
  cached->key = key_of(value);
  cached->uid = uid_of(value);
  cached->spec = autoscaler_spec_from(member(value, "spec"), downscale_stabilization);
  auto const& target = member(value, "spec", "scaleTargetRef");
  auto const& kind = text_at(target, "kind");
  if (kind == "Deployment") cached->target_kind = &kinds::deployment;
  if (kind == "ReplicaSet") cached->target_kind = &kinds::replica_set;
  cached->target = {cached->key.name_space, text_at(target, "name")};
  cached->object = std::move(object);
  return cached;
}

json to_json(std::vector<metric_status> const& metrics) {
  auto shown = json::array();
  for (auto const& each : metrics) {
    auto current = json::object();
    if (each.utilization) current["averageUtilization"] = *each.utilization;
    if (each.average) current["averageValue"] = decimal_text(quantity::from_milli(*each.average));
    if (each.value) current["value"] = decimal_text(quantity::from_milli(*each.value));
    if (each.kind == metric_kind::pods) {
      shown.push_back({{"type", "Pods"}, {"pods", {{"metric", {{"name", each.name}}}, {"current", current}}}});
    } else if (each.kind == metric_kind::container_resource) {
      json const source{{"name", each.name}, {"container", each.container}, {"current", current}};
      shown.push_back({{"type", "ContainerResource"}, {"containerResource", source}});
    } else {
      shown.push_back({{"type", "Resource"}, {"resource", {{"name", each.name}, {"current", current}}}});
    }
  }
  return shown;
}

}  // namespace holdfast::cluster
