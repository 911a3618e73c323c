#include <array>
#include <string>
#include <string_view>

#include "cluster/control/quantity.hpp"
#include "cluster/objects/defaults.hpp"
#include "cluster/objects/object_meta.hpp"
#include "cluster/objects/schema_validation.hpp"

namespace holdfast::cluster {
namespace {

constexpr std::array container_lists{"initContainers", "containers"};

/// Kubernetes: an image without a tag or with "latest" may change at any time.
bool is_latest(std::string_view image) {
  if (image.find('@') != std::string_view::npos) return false;
  auto const tag = image.rfind(':');
  auto const slash = image.rfind('/');
  bool const has_tag = tag != std::string_view::npos && (slash == std::string_view::npos || tag > slash);
  return !has_tag || image.substr(tag + 1) == "latest";
}

void apply_container_defaults(json& container) {
  if (!container.is_object()) return;
  auto const image = text_at(container, "image");
  if (!image.empty() && text_at(container, "imagePullPolicy").empty()) {
    container["imagePullPolicy"] = is_latest(image) ? "Always" : "IfNotPresent";
  }
}

/// A volume that says nothing about where it comes from is an empty directory.
void apply_volume_default(json& volume) {
  if (volume.is_object() && volume.size() == 1 && volume.contains("name")) volume["emptyDir"] = json::object();
}

/// Kubernetes: a limit without a request is a request too.
void request_what_is_limited(json& container) {
  auto const limits = member(container, "resources", "limits");
  if (!limits.is_object() || limits.empty()) return;
  auto& requests = container["resources"]["requests"];
  if (requests.is_null()) requests = json::object();
  if (!requests.is_object()) return;
  for (auto const& [name, amount] : limits.items()) {
    if (!requests.contains(name)) requests[name] = amount;
  }
}

bool is_some(json const& amount) {
  auto const parsed = parse_quantity(quantity_text(amount).value_or("0"));
  return parsed && *parsed > quantity{};
}

bool are_equal(json const& a, json const& b) {
  auto const first = parse_quantity(quantity_text(a).value_or("0"));
  auto const second = parse_quantity(quantity_text(b).value_or("0"));
  return first && second && *first == *second;
}

}  // namespace

void apply_pod_spec_defaults(json& spec) {
  if (!spec.is_object()) return;
  for (auto const* const list : container_lists) {
    if (!member(spec, list).is_array()) continue;
    for (auto& container : spec[list]) apply_container_defaults(container);
  }
  if (member(spec, "volumes").is_array()) {
    for (auto& volume : spec["volumes"]) apply_volume_default(volume);
  }
  auto const account = text_at(spec, "serviceAccountName");
  auto const old_name = text_at(spec, "serviceAccount");
  if (account.empty() && !old_name.empty()) spec["serviceAccountName"] = old_name;
  if (old_name.empty() && !account.empty()) spec["serviceAccount"] = account;
}

void apply_pod_defaults(json& pod) {
  auto& spec = pod["spec"];
  apply_pod_spec_defaults(spec);
  if (text_at(spec, "serviceAccountName").empty()) {
    spec["serviceAccountName"] = "default";
    spec["serviceAccount"] = "default";
  }
  for (auto const* const list : container_lists) {
    if (!member(spec, list).is_array()) continue;
    for (auto& container : spec[list]) {
      if (container.is_object()) request_what_is_limited(container);
    }
  }
}

std::string quality_class_of(json const& pod_spec) {
  bool asks = false;
  bool is_guaranteed = true;
  for (auto const* const list : container_lists) {
    auto const& containers = member(pod_spec, list);
    if (!containers.is_array()) continue;
    for (auto const& container : containers) {
      for (auto const* const resource : {"cpu", "memory"}) {
        auto const& request = member(container, "resources", "requests", resource);
        auto const& limit = member(container, "resources", "limits", resource);
        asks = asks || is_some(request) || is_some(limit);
        is_guaranteed = is_guaranteed && is_some(limit) && are_equal(request, limit);
      }
    }
  }
  if (!asks) return "BestEffort";
  return is_guaranteed ? "Guaranteed" : "Burstable";
}

}  // namespace holdfast::cluster
