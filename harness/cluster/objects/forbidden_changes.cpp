#include <string>
#include <string_view>

#include <fmt/format.h>

#include "cluster/control/quantity.hpp"
#include "cluster/objects/object_meta.hpp"
#include "cluster/objects/object_schema.hpp"
#include "cluster/objects/schema_validation.hpp"
#include "cluster/objects/validation.hpp"

namespace holdfast::cluster {
namespace {

/// The fields that the tables call fixed.
void check_fixed(object_schema const& schema, std::string const& path, json const& now, json const& before,
                 field_problems& found) {
  for (auto const& field : schema.fields) {
    auto const& value = member(now, field.name);
    auto const& old = member(before, field.name);
    auto const at = path.empty() ? std::string{field.name} : fmt::format("{}.{}", path, field.name);
    if (field.is_fixed) {
      if (value != old) {
        found.push_back(is_invalid(at, value, "field is immutable", "Delete the object and create it anew"));
      }
    } else if (field.shape == value_shape::single && field.type == value_type::object && field.name != "metadata" &&
               field.name != "status" && value.is_object()) {
      check_fixed(*field.object, at, value, old, found);
    }
  }
}

/// A pod's spec without what may be changed in it.
json unchangeable_part(json const& pod, json const& before) {
  auto spec = member(pod, "spec");
  if (!spec.is_object()) return spec;
  for (auto const* const field : {"tolerations", "activeDeadlineSeconds"}) spec.erase(field);
  // Who assigns it to a node says so once.
  if (text_at(before, "spec", "nodeName").empty()) spec.erase("nodeName");
  for (auto const* const list : {"containers", "initContainers"}) {
    if (!spec.contains(list) || !spec[list].is_array()) continue;
    for (auto& container : spec[list]) {
      if (container.is_object()) container.erase("image");
    }
  }
  return spec;
}

void check_pod_change(json const& object, json const& before, field_problems& found) {
  if (unchangeable_part(object, before) == unchangeable_part(before, before)) return;
  found.push_back(is_forbidden("spec",
                               "pod updates may not change fields other than `spec.containers[*].image`, "
                               "`spec.initContainers[*].image`, `spec.activeDeadlineSeconds` and `spec.tolerations`",
                               "Change the template of its Deployment, or delete the pod and create it anew"));
}

void check_service_change(json const& object, json const& before, field_problems& found) {
  auto const& old = text_at(before, "spec", "clusterIP");
  if (old.empty() || text_at(object, "spec", "clusterIP") == old) return;
  found.push_back(is_invalid("spec.clusterIP", member(object, "spec", "clusterIP"), "field is immutable",
                             fmt::format("It stays {}", old)));
}

void check_claim_change(json const& object, json const& before, field_problems& found) {
  auto const& old_volume = text_at(before, "spec", "volumeName");
  if (!old_volume.empty() && text_at(object, "spec", "volumeName") != old_volume) {
    found.push_back(is_forbidden("spec.volumeName", "is immutable after the claim is bound"));
  }
  auto const& now = member(object, "spec", "resources", "requests", "storage");
  auto const& then = member(before, "spec", "resources", "requests", "storage");
  auto const size = parse_quantity(quantity_text(now).value_or(""));
  auto const old_size = parse_quantity(quantity_text(then).value_or(""));
  if (size && old_size && *size < *old_size) {
    found.push_back(is_forbidden("spec.resources.requests[storage]", "can not be less than it was"));
  }
}

void check_data_change(json const& object, json const& before, field_problems& found) {
  if (member(before, "immutable") != json(true)) return;
  for (auto const* const field : {"data", "binaryData", "immutable"}) {
    if (member(object, field) == member(before, field)) continue;
    found.push_back(is_forbidden(field, "field is immutable when `immutable` is set",
                                 "Delete the object and create it anew, or use another name"));
  }
}

}  // namespace

field_problems forbidden_changes(resource_kind const& kind, json const& object, json const& before) {
  field_problems found;
  check_fixed(schema_of(kind), "", object, before, found);
  if (&kind == &kinds::pod) check_pod_change(object, before, found);
  if (&kind == &kinds::service) check_service_change(object, before, found);
  if (&kind == &kinds::persistent_volume_claim) check_claim_change(object, before, found);
  if (&kind == &kinds::config_map || &kind == &kinds::secret) check_data_change(object, before, found);
  return found;
}

}  // namespace holdfast::cluster
