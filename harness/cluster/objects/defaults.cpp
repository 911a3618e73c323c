#include "cluster/objects/defaults.hpp"

#include <string>
#include <string_view>

#include "cluster/objects/object_meta.hpp"
#include "core/base64.hpp"

namespace holdfast::cluster {
namespace {

void normalize_object(object_schema const& schema, json& object);

void normalize_single(field_schema const& field, json& value) {
  if (field.type == value_type::object) normalize_object(*field.object, value);
  if (field.type == value_type::quantity && value.is_number()) value = value.dump();
}

void normalize_object(object_schema const& schema, json& object) {
  if (!object.is_object()) return;
  for (auto at = object.begin(); at != object.end();) {
    if (at->is_null()) {
      at = object.erase(at);
      continue;
    }
    auto const* const field = schema.find(at.key());
    bool const has_parts = field != nullptr && field->shape != value_shape::single && at->is_structured();
    if (has_parts) {
      for (auto& part : *at) normalize_single(*field, part);
    } else if (field != nullptr) {
      normalize_single(*field, *at);
    }
    ++at;
  }
}

/// A member is absent, or says as much as if it were.
bool lacks(json const& object, std::string_view name) {
  auto const& value = member(object, name);
  return value.is_null() || value == json("");
}

void apply_deployment_defaults(json& object) {
  if (text_at(object, "spec", "strategy", "type") != "RollingUpdate") return;
  auto& strategy = object["spec"]["strategy"];
  if (lacks(strategy, "rollingUpdate")) strategy["rollingUpdate"] = {{"maxSurge", "25%"}, {"maxUnavailable", "25%"}};
}

void apply_service_defaults(json& object) {
  auto* const spec = &object["spec"];
  if (!spec->is_object()) return;
  if (spec->contains("ports") && (*spec)["ports"].is_array()) {
    for (auto& port : (*spec)["ports"]) {
      if (port.is_object() && lacks(port, "targetPort") && port.contains("port")) port["targetPort"] = port["port"];
    }
  }
  if (text_at(*spec, "sessionAffinity") == "ClientIP" && lacks(*spec, "sessionAffinityConfig")) {
    constexpr int three_hours = 10800;  // Kubernetes' default
    (*spec)["sessionAffinityConfig"] = {{"clientIP", {{"timeoutSeconds", three_hours}}}};
  }
  auto const& type = text_at(*spec, "type");
  bool const is_outward = type == "LoadBalancer" || type == "NodePort";
  if (is_outward && lacks(*spec, "externalTrafficPolicy")) (*spec)["externalTrafficPolicy"] = "Cluster";
  if (type == "LoadBalancer" && lacks(*spec, "allocateLoadBalancerNodePorts")) {
    (*spec)["allocateLoadBalancerNodePorts"] = true;
  }
  if (lacks(*spec, "ipFamilies")) (*spec)["ipFamilies"] = {"IPv4"};
  auto const address = text_at(*spec, "clusterIP");
  if (!address.empty() && lacks(*spec, "clusterIPs")) (*spec)["clusterIPs"] = json::array({address});
}

void apply_scaling_rules(json& behavior, char const* direction, json const& rules) {
  auto& mine = behavior[direction];
  if (mine.is_null()) mine = json::object();
  if (!mine.is_object()) return;
  for (auto const& [name, value] : rules.items()) {
    if (lacks(mine, name)) mine[name] = value;
  }
}

/// platform-wide defaults of an autoscaler's behaviour; the look-back of scale-down is the controller's own.
void apply_behavior_defaults(json& behavior) {
  static json const percent{{"type", "Percent"}, {"value", 100}, {"periodSeconds", 15}};
  static json const pods{{"type", "Pods"}, {"value", 4}, {"periodSeconds", 15}};
  static json const up{{"stabilizationWindowSeconds", 0}, {"selectPolicy", "Max"}, {"policies", {pods, percent}}};
  static json const down{{"selectPolicy", "Max"}, {"policies", json::array({percent})}};
  apply_scaling_rules(behavior, "scaleUp", up);
  apply_scaling_rules(behavior, "scaleDown", down);
}

void apply_autoscaler_defaults(json& object) {
  auto* const spec = &object["spec"];
  if (!spec->is_object()) return;
  auto const& metrics = member(*spec, "metrics");
  if (metrics.is_null() || (metrics.is_array() && metrics.empty())) {
    json const target{{"type", "Utilization"}, {"averageUtilization", 80}};
    (*spec)["metrics"] = json::array({{{"type", "Resource"}, {"resource", {{"name", "cpu"}, {"target", target}}}}});
  }
  if (member(*spec, "behavior").is_object()) apply_behavior_defaults((*spec)["behavior"]);
}

/// stringData is for writing only.
void encode_secret(json& object) {
  auto const plain = member(object, "stringData");
  if (!plain.is_object()) return;
  for (auto const& [key, value] : plain.items()) {
    if (!value.is_string()) return;  // validation tells
  }
  auto& data = object["data"];
  if (!data.is_object() && !data.is_null()) return;
  for (auto const& [key, value] : plain.items()) data[key] = base64_encode(value.get_ref<std::string const&>());
  object.erase("stringData");
}

void apply_namespace_defaults(json& object) {
  object["metadata"]["labels"]["kubernetes.io/metadata.name"] = name_of(object);
  if (lacks(member(object, "spec"), "finalizers")) object["spec"]["finalizers"] = json::array({"kubernetes"});
}

}  // namespace

void normalize(resource_kind const& kind, json& object) { normalize_object(schema_of(kind), object); }

void apply_table_defaults(object_schema const& schema, json& value) {
  if (!value.is_object()) return;
  for (auto const& field : schema.fields) {
    if (field.name == "status" && schema.find("apiVersion") != nullptr) continue;
    auto at = value.find(field.name);
    if (!field.otherwise.is_null() && lacks(value, field.name)) {
      value[std::string{field.name}] = field.otherwise;
      at = value.find(field.name);
    }
    if (at == value.end() || field.type != value_type::object) continue;
    if (field.shape == value_shape::single) {
      apply_table_defaults(*field.object, *at);
    } else if (at->is_structured()) {
      for (auto& part : *at) apply_table_defaults(*field.object, part);
    }
  }
}

void apply_defaults(resource_kind const& kind, json& object) {
  if (!object.is_object()) return;
  if (&kind == &kinds::secret) encode_secret(object);
  apply_table_defaults(schema_of(kind), object);
  auto const has_spec = member(object, "spec").is_object();
  if (&kind == &kinds::name_space && member(object, "metadata").is_object() && (has_spec || !object.contains("spec")) &&
      (!object["metadata"].contains("labels") || object["metadata"]["labels"].is_object())) {
    apply_namespace_defaults(object);
  }
  if (!has_spec) return;
  if (&kind == &kinds::pod) apply_pod_defaults(object);
  if (&kind == &kinds::service) apply_service_defaults(object);
  if (&kind == &kinds::horizontal_pod_autoscaler) apply_autoscaler_defaults(object);
  if (&kind == &kinds::deployment) apply_deployment_defaults(object);
  bool const has_template = member(object, "spec", "template", "spec").is_object();
  if (has_template) apply_pod_spec_defaults(object["spec"]["template"]["spec"]);
}

void set_first_status(resource_kind const& kind, json& object) {
  if (!kind.has_status) return;
  auto& status = object["status"];
  status = json::object();
  if (&kind == &kinds::pod) status = {{"phase", "Pending"}, {"qosClass", quality_class_of(member(object, "spec"))}};
  if (&kind == &kinds::name_space) status["phase"] = "Active";
  if (&kind == &kinds::persistent_volume_claim) status["phase"] = "Pending";
  if (&kind == &kinds::service) status["loadBalancer"] = json::object();
  if (&kind == &kinds::replica_set) status["replicas"] = 0;
  if (&kind == &kinds::horizontal_pod_autoscaler) status = {{"currentReplicas", 0}, {"desiredReplicas", 0}};
}

}  // namespace holdfast::cluster
