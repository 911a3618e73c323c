#include "cluster/controllers/deployment_controller.hpp"

#include <algorithm>
#include <utility>

#include "cluster/controllers/object_writes.hpp"
#include "cluster/controllers/rollout_objects.hpp"

namespace holdfast::cluster {

struct deployment_controller::rollout {
  cached_deployment const& deployment;
  object_ptr object;  ///< of the Deployment, as it is after the writes so far
  std::vector<replica_set_ptr> owned{};
  std::vector<rollout_set> sets{};
  replica_set_ptr fresh{};
  std::int32_t collisions = 0;
};

void deployment_controller::mark_owner(json const& replica_set) {
  auto const& owner = controller_uid_of(replica_set);
  if (!owner.empty()) {
    if (auto const* const key = context_.cache.deployment_with(owner)) queue_.add(*key);
    return;
  }
  auto const labels = labels_of(replica_set);
  object_cache::for_each_in(namespace_of(replica_set), context_.cache.deployments(),
                            [&](cached_deployment const& each) {
                              if (matches(each.selector, labels)) queue_.add(each.key);
                            });
}

void deployment_controller::note(cached_change const& change) {
  if (change.kind == &kinds::deployment) queue_.add(change.key);
  if (change.kind != &kinds::replica_set) return;
  mark_owner(*change.object);
  if (change.before) mark_owner(*change.before);
}

/// Whether sets changed hands: the Deployment is then looked at again.
bool deployment_controller::claim_sets(cached_deployment const& deployment, time_point now) {
  std::vector<object_ptr> orphans;
  std::vector<object_ptr> strangers;
  object_cache::for_each_in(deployment.key.name_space, context_.cache.replica_sets_of(""), [&](auto const& set) {
    if (!is_terminating(*set.object) && matches(deployment.selector, set.labels)) orphans.push_back(set.object);
  });
  for (auto const& [key, set] : context_.cache.replica_sets_of(deployment.uid)) {
    if (!is_terminating(*set->object) && !matches(deployment.selector, set->labels)) strangers.push_back(set->object);
  }
  bool has_changed = false;
  for (auto const& set : orphans) {
    if (!adopted(context_.store, kinds::replica_set, *set, kinds::deployment, *deployment.object)) continue;
    has_changed = true;
    explanation const why{"Adopted replica set " + name_of(*set),
                          "its labels match the selector and nobody controls it"};
    record(deployment, {event_type::normal, "AdoptedReplicaSet", why}, now);
  }
  for (auto const& set : strangers) {
    if (!released(context_.store, kinds::replica_set, *set, deployment.uid)) continue;
    has_changed = true;
    explanation const why{"Released replica set " + name_of(*set), "its labels do not match the selector any more"};
    record(deployment, {event_type::normal, "ReleasedReplicaSet", why}, now);
  }
  return has_changed;
}

deployment_controller::rollout deployment_controller::look_at(cached_deployment const& deployment) const {
  rollout seen{deployment, deployment.object};
  seen.collisions = deployment.collisions;
  for (auto const& [key, set] : context_.cache.replica_sets_of(deployment.uid)) {
    seen.owned.push_back(set);
    seen.sets.push_back(set->set);
    seen.sets.back().matches_template = set->template_text == deployment.template_text;
  }
  if (auto const fresh = sorted_sets(seen.sets).fresh) {
    seen.fresh = *std::ranges::find(seen.owned, fresh->name, [](auto const& set) { return set->key.name; });
  }
  return seen;
}

bool deployment_controller::has_old_pods(rollout const& rollout) const {
  return std::ranges::any_of(rollout.owned, [&](auto const& set) {
    return set != rollout.fresh && std::ranges::any_of(context_.cache.pods_of(set->uid), [](auto const& each) {
             return !is_finished(each.second->owned.phase);
           });
  });
}

/// Another template, or somebody else's set, may have the same hash: then the next one is tried.
std::string deployment_controller::free_name(rollout& rollout) const {
  auto const& deployment = rollout.deployment;
  while (true) {
    auto name = deployment.key.name + "-" + template_hash(deployment.template_text, rollout.collisions);
    if (rollout.fresh || !context_.store.find(kinds::replica_set, {deployment.key.name_space, name})) return name;
    ++rollout.collisions;
  }
}

/// A set that cannot make its pods says so; its Deployment says it too.
void deployment_controller::copy_failure(rollout const& rollout, rollout_status& status) {
  constexpr auto* type = "ReplicaFailure";
  for (auto const& set : rollout.owned) {
    if (auto const* const failure = find_condition(set->conditions, type)) {
      set_condition(status.conditions, *failure);
      return;
    }
  }
  remove_condition(status.conditions, type);
}

void deployment_controller::sync(object_key const& key, time_point now) {
  auto const deployment = context_.cache.deployment(key);
  if (!deployment) {
    queue_.forget(key);
    return;
  }
  if (is_terminating(*deployment->object)) return;
  if (claim_sets(*deployment, now)) {
    queue_.add(key);
    return;
  }
  auto rollout = look_at(*deployment);
  deployment_view view{deployment->key.name, deployment->spec, rollout.sets};
  view.new_set_name = free_name(rollout);
  view.has_old_pods = has_old_pods(rollout);
  view.status = deployment->status;
  auto decision = sync_deployment(view, now);
  copy_failure(rollout, decision.status);
  if (decision.next_sync) queue_.add_at(key, *decision.next_sync);
  if (!carry_out(rollout, decision, now) || !write_revision(rollout, decision) || !write_status(rollout, decision)) {
    queue_.retry(key, now);
    return;
  }
  queue_.succeeded(key);
  for (auto const& event : decision.events) {
    if (event.reason != "ScalingReplicaSet") record(*deployment, event, now);  // those are told with their writes
  }
}

bool deployment_controller::carry_out(rollout& rollout, deployment_decision& decision, time_point now) {
  bool is_done = true;
  for (auto const& set : rollout.owned) is_done = change_set(rollout, decision, set, now) && is_done;
  if (decision.create) is_done = create_set(rollout, decision, now) && is_done;
  if (is_done) remove_history(rollout, decision, now);
  return is_done;
}

bool deployment_controller::create_set(rollout& rollout, deployment_decision& decision, time_point now) {
  auto const& deployment = rollout.deployment;
  auto const made = context_.store.create(
      kinds::replica_set, replica_set_from(deployment, *decision.create, decision.sized_for, decision.max_total));
  if (made) {
    record_scaling(rollout, decision, decision.create->name, now);
    return true;
  }
  auto const text = "Failed to create new replica set: " + made.error().message;
  set_condition(decision.status.conditions,
                {"Progressing", condition_status::is_false, "ReplicaSetCreateError", text, now, now});
  record(deployment, {event_type::warning, "ReplicaSetCreateError", {text}}, now);
  (void)write_status(rollout, decision);  // the sync is tried again in any case
  return false;
}

/// One write for all that changes in a set; false when it was refused.
bool deployment_controller::change_set(rollout& rollout, deployment_decision const& decision,
                                       replica_set_ptr const& set, time_point now) {
  auto object = *set->object;
  auto const resize = std::ranges::find(decision.resize, set->key.name, &set_resize::set);
  if (resize != decision.resize.end()) {
    object["spec"]["replicas"] = resize->to;
    mark_size(object, decision.sized_for, decision.max_total);
  }
  if (set == rollout.fresh) {
    copy_annotations(*rollout.deployment.object, object);
    if (decision.revision) set_revision(object, *decision.revision);
    if (set->min_ready != rollout.deployment.min_ready) {
      object["spec"]["minReadySeconds"] = integer_at(*rollout.deployment.object, 0, "spec", "minReadySeconds");
    }
  }
  if (object == *set->object) return true;
  auto const written = context_.store.update(kinds::replica_set, std::move(object));
  if (written) {
    record_scaling(rollout, decision, set->key.name, now);
  } else if (!is_outdated(written.error())) {
    record(rollout.deployment, {event_type::warning, "ReplicaSetUpdateError", {written.error().message}}, now);
  }
  return written.has_value();
}

void deployment_controller::remove_history(rollout const& rollout, deployment_decision const& decision,
                                           time_point now) {
  for (auto const& name : decision.remove) {
    auto const set = std::ranges::find(rollout.owned, name, [](auto const& each) { return each->key.name; });
    if (set == rollout.owned.end()) continue;
    if (!context_.store.remove(kinds::replica_set, (*set)->key, {.uid = (*set)->uid})) continue;
    explanation why{"Deleted replica set " + name,
                    "old sets beyond revisionHistoryLimit go, the lowest revision first"};
    why.inputs = {{"revisionHistoryLimit", std::to_string(rollout.deployment.spec.revision_history_limit)},
                  {"revision", std::to_string((*set)->set.revision)}};
    record(rollout.deployment, {event_type::normal, "DeletedReplicaSet", std::move(why)}, now);
  }
}

/// The Deployment tells the revision of its new set.
bool deployment_controller::write_revision(rollout& rollout, deployment_decision const& decision) {
  auto const known = rollout.fresh ? rollout.fresh->set.revision : 0;
  auto const revision = decision.create ? decision.create->revision : decision.revision.value_or(known);
  auto const text = std::to_string(revision);
  if (revision == 0 || text_at(*rollout.object, "metadata", "annotations", revision_annotation) == text) return true;
  auto object = *rollout.object;
  object["metadata"]["annotations"][revision_annotation] = text;
  auto const written = context_.store.update(kinds::deployment, std::move(object));
  if (written) rollout.object = *written;
  return written.has_value();
}

bool deployment_controller::write_status(rollout const& rollout, deployment_decision const& decision) {
  auto status = status_json(rollout.deployment, decision.status, rollout.collisions, context_.clock);
  return with_status(context_.store, kinds::deployment, rollout.object, std::move(status)).has_value();
}

void deployment_controller::record_scaling(rollout const& rollout, deployment_decision const& decision,
                                           std::string const& set, time_point now) {
  auto const about = " replica set " + set + " from ";
  for (auto const& event : decision.events) {
    bool const is_about_it =
        event.reason == "ScalingReplicaSet" && event.why.statement.find(about) != std::string::npos;
    if (is_about_it) record(rollout.deployment, event, now);
  }
}

void deployment_controller::record(cached_deployment const& deployment, control_event const& event, time_point now) {
  context_.events.record(kinds::deployment, *deployment.object, "deployment-controller", event, now);
}

}  // namespace holdfast::cluster
