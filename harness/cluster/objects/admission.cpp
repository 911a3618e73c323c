#include "cluster/objects/admission.hpp"

#include <iterator>
#include <utility>
#include <vector>

#include "cluster/objects/defaults.hpp"
#include "cluster/objects/object_meta.hpp"
#include "cluster/objects/validation.hpp"

namespace holdfast::cluster {
namespace {

/// What the cluster has filled in stays when somebody replaces the object without it.
void keep_allocated(resource_kind const& kind, json& object, json const& before) {
  if (!member(object, "spec").is_object()) return;
  auto const keep = [&](char const* field) {
    auto const& old = member(before, "spec", field);
    auto const& now = member(object, "spec", field);
    if (!old.is_null() && (now.is_null() || now == json(""))) object["spec"][field] = old;
  };
  if (&kind == &kinds::service) {
    keep("clusterIP");
    keep("clusterIPs");
  }
  if (&kind == &kinds::persistent_volume_claim) keep("volumeName");
  if (&kind == &kinds::pod) keep("nodeName");
}

}  // namespace

api_result<void> admit(resource_kind const& kind, json& object, json const* before) {
  normalize(kind, object);
  if (before != nullptr) keep_allocated(kind, object, *before);
  apply_defaults(kind, object);
  auto problems = problems_of(kind, object);
  if (before != nullptr) {
    auto changes = forbidden_changes(kind, object, *before);
    problems.insert(problems.end(), std::make_move_iterator(changes.begin()), std::make_move_iterator(changes.end()));
  }
  if (problems.empty()) {
    if (before == nullptr) set_first_status(kind, object);
    return boost::system::in_place_value;
  }
  std::vector<field_cause> causes;
  causes.reserve(problems.size());
  for (auto const& problem : problems) causes.push_back(cause_of(problem));
  return invalid(kind, name_of(object), std::move(causes));
}

}  // namespace holdfast::cluster
