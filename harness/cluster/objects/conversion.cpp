#include "cluster/objects/conversion.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "cluster/objects/object_meta.hpp"

namespace holdfast::cluster {
namespace {

constexpr char const* metrics_annotation = "autoscaling.alpha.kubernetes.io/metrics";
constexpr char const* behavior_annotation = "autoscaling.alpha.kubernetes.io/behavior";
constexpr char const* current_metrics_annotation = "autoscaling.alpha.kubernetes.io/current-metrics";
constexpr char const* conditions_annotation = "autoscaling.alpha.kubernetes.io/conditions";
constexpr int most_depth = 32;

std::array<served_version, 2> const& versions() {
  static std::array<served_version, 2> const all{
      served_version{&kinds::horizontal_pod_autoscaler, "autoscaling", "v1"},
      served_version{&kinds::event, "events.k8s.io", "v1"},
  };
  return all;
}

void move_member(json& from, char const* old_name, json& to, char const* name) {
  auto const found = from.find(old_name);
  if (found == from.end()) return;
  to[name] = std::move(*found);
  from.erase(old_name);
}

json cpu_metric(json utilization) {
  json target{{"type", "Utilization"}, {"averageUtilization", std::move(utilization)}};
  return {{"type", "Resource"}, {"resource", {{"name", "cpu"}, {"target", std::move(target)}}}};
}

/// The utilisation that v1 has a field for, in a metric of v2; null when it is another metric.
json cpu_utilization(json const& metric, char const* part) {
  if (text_at(metric, "type") != "Resource" || text_at(metric, "resource", "name") != "cpu") return nullptr;
  return member(metric, "resource", part, "averageUtilization");
}

/// Takes an annotation out and reads the JSON in it. Texts that are not JSON are dropped, as Kubernetes does.
json take_annotation(json& object, char const* name) {
  auto const* const text = member(object, "metadata", "annotations", name).get_ptr<std::string const*>();
  if (text == nullptr) return nullptr;
  auto const bounded = [](int depth, json::parse_event_t /*event*/, json& /*parsed*/) { return depth <= most_depth; };
  auto value = json::parse(*text, bounded, false);
  auto& meta = object["metadata"];
  meta["annotations"].erase(name);
  if (meta["annotations"].empty()) meta.erase("annotations");
  return value.is_discarded() ? json(nullptr) : value;
}

void put_annotation(json& object, char const* name, json const& value) {
  if (value.is_null() || (value.is_structured() && value.empty())) return;
  object["metadata"]["annotations"][name] = value.dump(-1, ' ', false, json::error_handler_t::replace);
}

void autoscaler_status_to_stored(json& object) {
  auto const current = take_annotation(object, current_metrics_annotation);
  auto const conditions = take_annotation(object, conditions_annotation);
  if (!member(object, "status").is_object()) return;
  auto& status = object["status"];
  json metrics = json::array();
  auto const cpu = member(status, "currentCPUUtilizationPercentage");
  if (!cpu.is_null()) {
    metrics.push_back(
        {{"type", "Resource"}, {"resource", {{"name", "cpu"}, {"current", {{"averageUtilization", cpu}}}}}});
    status.erase("currentCPUUtilizationPercentage");
  }
  if (current.is_array()) metrics.insert(metrics.end(), current.begin(), current.end());
  if (!metrics.empty()) status["currentMetrics"] = std::move(metrics);
  if (conditions.is_array()) status["conditions"] = conditions;
}

json autoscaler_to_stored(json object) {
  auto const others = take_annotation(object, metrics_annotation);
  auto const behavior = take_annotation(object, behavior_annotation);
  autoscaler_status_to_stored(object);
  if (!member(object, "spec").is_object()) return object;
  auto& spec = object["spec"];
  json metrics = json::array();
  auto cpu = member(spec, "targetCPUUtilizationPercentage");
  spec.erase("targetCPUUtilizationPercentage");
  if (!cpu.is_null()) metrics.push_back(cpu_metric(std::move(cpu)));
  if (others.is_array()) metrics.insert(metrics.end(), others.begin(), others.end());
  if (!metrics.empty()) spec["metrics"] = std::move(metrics);
  if (behavior.is_object()) spec["behavior"] = behavior;
  return object;
}

/// The first CPU utilisation goes to the field, everything else stays in the list.
json split_cpu(json metrics, char const* part, json& rest) {
  json cpu;
  rest = json::array();
  if (!metrics.is_array()) return cpu;
  for (auto& metric : metrics) {
    auto utilization = cpu.is_null() ? cpu_utilization(metric, part) : json();
    if (utilization.is_null()) {
      rest.push_back(std::move(metric));
    } else {
      cpu = std::move(utilization);
    }
  }
  return cpu;
}

json autoscaler_from_stored(json object) {
  json others;
  json current;
  json behavior;
  json conditions;
  if (member(object, "spec").is_object()) {
    auto& spec = object["spec"];
    auto cpu = split_cpu(member(spec, "metrics"), "target", others);
    behavior = member(spec, "behavior");
    spec.erase("metrics");
    spec.erase("behavior");
    if (!cpu.is_null()) spec["targetCPUUtilizationPercentage"] = std::move(cpu);
  }
  if (member(object, "status").is_object()) {
    auto& status = object["status"];
    auto cpu = split_cpu(member(status, "currentMetrics"), "current", current);
    conditions = member(status, "conditions");
    status.erase("currentMetrics");
    status.erase("conditions");
    if (!cpu.is_null()) status["currentCPUUtilizationPercentage"] = std::move(cpu);
  }
  put_annotation(object, metrics_annotation, others);
  put_annotation(object, behavior_annotation, behavior);
  put_annotation(object, current_metrics_annotation, current);
  put_annotation(object, conditions_annotation, conditions);
  return object;
}

constexpr std::array<std::pair<char const*, char const*>, 7> event_names{{
    {"regarding", "involvedObject"},
    {"note", "message"},
    {"reportingController", "reportingComponent"},
    {"deprecatedSource", "source"},
    {"deprecatedFirstTimestamp", "firstTimestamp"},
    {"deprecatedLastTimestamp", "lastTimestamp"},
    {"deprecatedCount", "count"},
}};

}  // namespace

served_version const* find_served_version(std::string_view api_version, std::string_view kind) {
  auto const* const found = std::ranges::find_if(versions(), [&](served_version const& each) {
    return each.kind->name == kind && api_version_of(each) == api_version;
  });
  return found == versions().end() ? nullptr : found;
}

served_version const* find_served_resource(std::string_view group, std::string_view version, std::string_view plural) {
  auto const* const found = std::ranges::find_if(versions(), [&](served_version const& each) {
    return each.kind->plural == plural && each.group == group && each.version == version;
  });
  return found == versions().end() ? nullptr : found;
}

std::string api_version_of(served_version const& version) {
  return std::string{version.group} + '/' + std::string{version.version};
}

json to_stored(served_version const& from, json object) {
  if (!object.is_object()) return object;
  object["apiVersion"] = api_version_of(*from.kind);
  if (from.kind == &kinds::horizontal_pod_autoscaler) return autoscaler_to_stored(std::move(object));
  for (auto const& [served, stored] : event_names) move_member(object, served, object, stored);
  return object;
}

json from_stored(served_version const& to, json object) {
  if (!object.is_object()) return object;
  object["apiVersion"] = api_version_of(to);
  if (to.kind == &kinds::horizontal_pod_autoscaler) return autoscaler_from_stored(std::move(object));
  for (auto const& [served, stored] : event_names) move_member(object, stored, object, served);
  return object;
}

}  // namespace holdfast::cluster
