#include <array>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "cluster/control/quantity.hpp"
#include "cluster/objects/object_meta.hpp"
#include "cluster/objects/object_rules.hpp"
#include "cluster/objects/schema_validation.hpp"

namespace holdfast::cluster {
namespace {

constexpr std::array<std::pair<std::string_view, char const*>, 3> metric_members{
    {{"Resource", "resource"}, {"ContainerResource", "containerResource"}, {"Pods", "pods"}}};

bool is_above_zero(json const& value) {
  auto const text = quantity_text(value);
  auto const amount = text ? parse_quantity(*text) : result<quantity, unit_error>{quantity{}};
  return !amount || *amount > quantity{};
}

/// The one value that belongs to a target's type, and no other.
void check_target(std::string const& path, json const& target, bool is_of_resource, field_problems& found) {
  if (!target.is_object()) return;
  auto const& type = text_at(target, "type");
  if (!is_of_resource && type != "AverageValue" && !type.empty()) {
    found.push_back(is_not_supported(path + ".type", type, "supported values: \"AverageValue\""));
    return;
  }
  if (type == "Value") {
    found.push_back(is_not_supported(path + ".type", type, "supported values: \"Utilization\", \"AverageValue\""));
    return;
  }
  std::string_view const wanted = type == "Utilization" ? "averageUtilization" : "averageValue";
  for (std::string_view const name : {"averageUtilization", "averageValue", "value"}) {
    auto const at = fmt::format("{}.{}", path, name);
    auto const& value = member(target, name);
    if (name == wanted && value.is_null() && !type.empty()) {
      found.push_back(is_missing(at, fmt::format("must be given for the target type {}", type)));
    } else if (name == wanted && name == "averageValue" && !is_above_zero(value)) {
      found.push_back(is_invalid(at, value, "must be positive"));
    } else if (name != wanted && !value.is_null() && !type.empty()) {
      found.push_back(is_forbidden(at, fmt::format("does not belong to the target type {}", type), "Remove it"));
    }
  }
}

void check_metric(std::string const& path, json const& metric, field_problems& found) {
  auto const& type = text_at(metric, "type");
  for (auto const& [name, field] : metric_members) {
    auto const& source = member(metric, field);
    auto const at = fmt::format("{}.{}", path, field);
    if (name == type && source.is_null()) {
      found.push_back(is_missing(at, fmt::format("must be given for the metric type {}", type)));
    } else if (name != type && !source.is_null()) {
      found.push_back(is_forbidden(at, fmt::format("must not be set for the metric type {}", type), "Remove it"));
    } else if (source.is_object()) {
      bool const is_of_resource = name != "Pods";
      check_target(at + ".target", member(source, "target"), is_of_resource, found);
      auto const& resource = text_at(source, "name");
      if (is_of_resource && !resource.empty() && resource != "cpu" && resource != "memory") {
        found.push_back(is_not_supported(at + ".name", resource, "supported values: \"cpu\", \"memory\""));
      }
    }
  }
}

void check_rules(std::string const& path, json const& rules, field_problems& found) {
  if (!rules.is_object()) return;
  auto const& policies = member(rules, "policies");
  if (policies.is_array() && policies.empty()) {
    found.push_back(is_missing(path + ".policies", "must specify at least one Policy"));
  }
  auto const& tolerance = member(rules, "tolerance");
  auto const text = quantity_text(tolerance);
  auto const amount = text ? parse_quantity(*text) : result<quantity, unit_error>{quantity{}};
  if (amount && *amount < quantity{}) {
    found.push_back(is_invalid(path + ".tolerance", tolerance, "must be greater than or equal to 0"));
  }
}

void check_scale_target(json const& target, field_problems& found) {
  auto const& kind = text_at(target, "kind");
  if (kind.empty() || kind == "Deployment" || kind == "ReplicaSet") return;
  found.push_back(is_not_supported("spec.scaleTargetRef.kind", kind,
                                   "the local cluster can scale \"Deployment\" and \"ReplicaSet\""));
}

}  // namespace

void check_autoscaler(json const& object, field_problems& found) {
  auto const& spec = member(object, "spec");
  if (!spec.is_object()) return;
  auto const& most = member(spec, "maxReplicas");
  auto const least = integer_at(spec, 1, "minReplicas");
  if (most.is_number_integer() && most.get<std::int64_t>() < least) {
    found.push_back(is_invalid("spec.maxReplicas", most,
                               fmt::format("must be greater than or equal to `minReplicas` ({})", least)));
  }
  check_scale_target(member(spec, "scaleTargetRef"), found);
  auto const& metrics = member(spec, "metrics");
  if (metrics.is_array()) {
    for (std::size_t i = 0; i < metrics.size(); ++i) check_metric(element_path("spec.metrics", i), metrics[i], found);
  }
  check_rules("spec.behavior.scaleUp", member(spec, "behavior", "scaleUp"), found);
  check_rules("spec.behavior.scaleDown", member(spec, "behavior", "scaleDown"), found);
}

}  // namespace holdfast::cluster
