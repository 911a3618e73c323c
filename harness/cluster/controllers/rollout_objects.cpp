#include "cluster/controllers/rollout_objects.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "cluster/controllers/condition_json.hpp"
#include "cluster/controllers/object_writes.hpp"

namespace holdfast::cluster {
namespace {

constexpr std::array<std::string_view, 6> own_annotations{"kubectl.kubernetes.io/last-applied-configuration",
                                                          revision_annotation,
                                                          revision_history_annotation,
                                                          desired_replicas_annotation,
                                                          max_replicas_annotation,
                                                          "deprecated.deployment.rollback.to"};

}  // namespace

void copy_annotations(json const& deployment, json& replica_set) {
  auto const& annotations = member(deployment, "metadata", "annotations");
  for (auto const& [name, value] : annotations.items()) {
    if (std::ranges::find(own_annotations, name) != own_annotations.end()) continue;
    replica_set["metadata"]["annotations"][name] = value;
  }
}

void set_revision(json& replica_set, std::int64_t revision) {
  auto& annotations = replica_set["metadata"]["annotations"];
  auto const before = text_at(annotations, revision_annotation);
  auto const history = text_at(annotations, revision_history_annotation);
  annotations[revision_annotation] = std::to_string(revision);
  if (before.empty()) return;
  annotations[revision_history_annotation] = history.empty() ? before : history + "," + before;
}

void mark_size(json& replica_set, std::int32_t sized_for, std::int32_t max_total) {
  auto& annotations = replica_set["metadata"]["annotations"];
  annotations[desired_replicas_annotation] = std::to_string(sized_for);
  annotations[max_replicas_annotation] = std::to_string(max_total);
}

json replica_set_from(cached_deployment const& deployment, set_creation const& creation, std::int32_t sized_for,
                      std::int32_t max_total) {
  auto const& source = *deployment.object;
  auto const hash = creation.name.substr(deployment.key.name.size() + 1);
  auto pod_template = member(source, "spec", "template");
  pod_template["metadata"]["labels"][template_hash_label] = hash;
  auto selector = member(source, "spec", "selector");
  selector["matchLabels"][template_hash_label] = hash;
  json set{
      {"metadata",
       {{"name", creation.name},
        {"namespace", deployment.key.name_space},
        {"labels", pod_template["metadata"]["labels"]},
        {"ownerReferences", json::array({controller_reference(kinds::deployment, source)})}}},
      {"spec",
       {{"replicas", creation.replicas}, {"selector", std::move(selector)}, {"template", std::move(pod_template)}}}};
  auto const& min_ready = member(source, "spec", "minReadySeconds");
  if (!min_ready.is_null()) set["spec"]["minReadySeconds"] = min_ready;
  copy_annotations(source, set);
  mark_size(set, sized_for, max_total);
  set_revision(set, creation.revision);
  return set;
}

json status_json(cached_deployment const& deployment, rollout_status const& status, std::int32_t collisions,
                 cluster_clock const& clock) {
  auto const& before = member(*deployment.object, "status");
  auto shown = before.is_object() ? before : json::object();
  set_count(shown, "replicas", status.replicas);
  set_count(shown, "updatedReplicas", status.updated);
  set_count(shown, "readyReplicas", status.ready);
  set_count(shown, "availableReplicas", status.available);
  set_count(shown, "unavailableReplicas", status.unavailable);
  set_count(shown, "terminatingReplicas", status.terminating);
  set_count(shown, "collisionCount", collisions);
  shown["observedGeneration"] = deployment.generation;
  if (!status.conditions.empty()) shown["conditions"] = to_json(status.conditions, clock, update_stamps::shown);
  return shown;
}

}  // namespace holdfast::cluster
