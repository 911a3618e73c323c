#include "cluster/objects/validation.hpp"

#include <functional>
#include <map>

#include "cluster/objects/object_meta.hpp"
#include "cluster/objects/object_rules.hpp"
#include "cluster/objects/schema_validation.hpp"

namespace holdfast::cluster {
namespace {

using object_check = std::function<void(json const&, field_problems&)>;

/// The rules of each kind that has some beyond the tables.
std::map<resource_kind const*, object_check> const& checks() {
  static std::map<resource_kind const*, object_check> const all{
      {&kinds::pod,
       [](json const& object, field_problems& found) { check_pod_spec("spec", member(object, "spec"), found); }},
      {&kinds::deployment, check_deployment},
      {&kinds::replica_set, check_replica_set},
      {&kinds::horizontal_pod_autoscaler, check_autoscaler},
      {&kinds::service, check_service},
      {&kinds::persistent_volume_claim, check_claim},
      {&kinds::config_map,
       [](json const& object, field_problems& found) { check_data(kinds::config_map, object, found); }},
      {&kinds::secret, [](json const& object, field_problems& found) { check_data(kinds::secret, object, found); }},
  };
  return all;
}

}  // namespace

field_problems problems_of(resource_kind const& kind, json const& object) {
  auto found = schema_problems(kind, object);
  if (!object.is_object()) return found;
  check_metadata(kind, object, found);
  auto const rules = checks().find(&kind);
  if (rules != checks().end()) rules->second(object, found);
  return found;
}

}  // namespace holdfast::cluster
