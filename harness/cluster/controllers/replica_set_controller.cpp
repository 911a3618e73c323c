#include "cluster/controllers/replica_set_controller.hpp"

#include <algorithm>
#include <utility>

#include "cluster/control/slow_start.hpp"
#include "cluster/controllers/condition_json.hpp"
#include "cluster/controllers/object_writes.hpp"

namespace holdfast::cluster {
namespace {

constexpr char const* failure_condition = "ReplicaFailure";

json pod_from_template(cached_replica_set const& set) {
  auto const& pod_template = member(*set.object, "spec", "template");
  json meta{{"generateName", set.key.name + "-"}, {"namespace", set.key.name_space}};
  for (auto const* const field : {"labels", "annotations", "finalizers"}) {
    auto const& value = member(pod_template, "metadata", field);
    if (!value.is_null()) meta[field] = value;
  }
  meta["ownerReferences"] = json::array({controller_reference(kinds::replica_set, *set.object)});
  return {{"metadata", std::move(meta)}, {"spec", member(pod_template, "spec")}};
}

std::int32_t fully_labelled(cached_replica_set const& set, object_cache::by_key<cached_pod> const& pods) {
  label_selector wanted;
  auto const& labels = member(*set.object, "spec", "template", "metadata", "labels");
  for (auto const& [name, value] : labels.items()) wanted.match_labels.emplace(name, value.get<std::string>());
  return static_cast<std::int32_t>(std::ranges::count_if(pods, [&](auto const& each) {
    auto const& pod = *each.second;
    return !pod.is_terminating() && !is_finished(pod.owned.phase) && matches(wanted, pod.labels);
  }));
}

}  // namespace

void replica_set_controller::mark_owner(cached_pod const& pod) {
  if (!pod.controller_uid.empty()) {
    if (auto const* const owner = context_.cache.replica_set_with(pod.controller_uid)) queue_.add(*owner);
    return;
  }
  object_cache::for_each_in(pod.key.name_space, context_.cache.replica_sets(), [&](cached_replica_set const& set) {
    if (matches(set.selector, pod.labels)) queue_.add(set.key);
  });
}

void replica_set_controller::note(cached_change const& change) {
  if (change.kind == &kinds::replica_set && !is_own_write(change)) queue_.add(change.key);
  if (change.pod) mark_owner(*change.pod);
  if (change.pod_before) mark_owner(*change.pod_before);
}

/// What a sync wrote itself is no reason for another one.
bool replica_set_controller::is_own_write(cached_change const& change) const {
  auto const written = written_.find(change.key);
  return written != written_.end() && change.type == change_type::modified &&
         written->second == text_at(*change.object, "metadata", "resourceVersion");
}

/// Whether pods changed hands: the set is then looked at again.
bool replica_set_controller::claim_pods(cached_replica_set const& set, time_point now) {
  std::vector<object_ptr> orphans;
  std::vector<object_ptr> strangers;
  object_cache::for_each_in(set.key.name_space, context_.cache.pods_of(""), [&](cached_pod const& pod) {
    if (!pod.is_terminating() && matches(set.selector, pod.labels)) orphans.push_back(pod.object);
  });
  for (auto const& [key, pod] : context_.cache.pods_of(set.uid)) {
    if (!pod->is_terminating() && !matches(set.selector, pod->labels)) strangers.push_back(pod->object);
  }
  bool has_changed = false;
  for (auto const& pod : orphans) {
    if (!adopted(context_.store, kinds::pod, *pod, kinds::replica_set, *set.object)) continue;
    has_changed = true;
    record(set,
           {event_type::normal,
            "AdoptedPod",
            {"Adopted pod: " + name_of(*pod), "its labels match the selector and nobody controls it"}},
           now);
  }
  for (auto const& pod : strangers) {
    if (!released(context_.store, kinds::pod, *pod, set.uid)) continue;
    has_changed = true;
    record(set,
           {event_type::normal,
            "ReleasedPod",
            {"Released pod: " + name_of(*pod), "its labels do not match the selector any more"}},
           now);
  }
  return has_changed;
}

void replica_set_controller::sync(object_key const& key, time_point now) {
  auto const set = context_.cache.replica_set(key);
  if (!set) {
    queue_.forget(key);
    written_.erase(key);
    return;
  }
  bool const is_ending = is_terminating(*set->object);
  if (!is_ending && claim_pods(*set, now)) {
    queue_.add(key);
    return;
  }
  auto const& owned = context_.cache.pods_of(set->uid);
  std::vector<owned_pod> pods;
  pods.reserve(owned.size());
  for (auto const& [name, pod] : owned) pods.push_back(pod->owned);
  auto const decision = sync_replica_set(set->replicas, set->min_ready, pods, now);
  if (decision.create > 0 && !is_ending && queue_.waits_to_retry(key, now)) {
    write_status(*set, decision, failure_of(*set), now);
    return;
  }
  if (decision.next_available) queue_.add_at(key, *decision.next_available);
  auto const failed = is_ending ? std::nullopt : change_pods(*set, decision, now);
  if (failed) {
    queue_.retry(key, now);
  } else {
    queue_.succeeded(key);
  }
  // More than one sync may create or delete.
  bool const has_more = !failed && !is_ending && !decision.why.limit.empty();
  if (has_more) queue_.add(key);
  write_status(*set, decision, failed, now);
}

/// What an earlier sync noted.
std::optional<replica_set_controller::failure> replica_set_controller::failure_of(cached_replica_set const& set) {
  auto const* const noted = find_condition(set.conditions, failure_condition);
  if (noted == nullptr) return std::nullopt;
  return failure{noted->reason, noted->message};
}

void replica_set_controller::write_status(cached_replica_set const& set, replica_set_decision const& decision,
                                          std::optional<failure> const& failed, time_point now) {
  auto status = status_of(set, decision, failed, now);
  auto const written = with_status(context_.store, kinds::replica_set, set.object, std::move(status));
  if (!written) {
    queue_.add(set.key);
  } else if (*written != set.object) {
    written_[set.key] = text_at(**written, "metadata", "resourceVersion");
  }
}

std::optional<replica_set_controller::failure> replica_set_controller::change_pods(cached_replica_set const& set,
                                                                                   replica_set_decision const& decision,
                                                                                   time_point now) {
  return decision.create > 0 ? create_pods(set, decision, now) : delete_pods(set, decision, now);
}

std::optional<replica_set_controller::failure> replica_set_controller::create_pods(cached_replica_set const& set,
                                                                                   replica_set_decision const& decision,
                                                                                   time_point now) {
  std::optional<failure> failed;
  auto const wanted = pod_from_template(set);
  slow_start start{decision.create};
  while (auto const batch = start.next_batch()) {
    std::int32_t errors = 0;
    for (std::int32_t i = 0; i < batch; ++i) {
      auto const made = context_.store.create(kinds::pod, wanted);
      if (made) {
        record(set, pod_created(name_of(**made), decision.why), now);
        continue;
      }
      ++errors;
      failed = failure{"FailedCreate", made.error().message};
    }
    start.finished(errors);
  }
  if (!failed) return failed;
  auto why = decision.why;
  why.statement = "Error creating: " + failed->message;
  why.limit = "the next batch begins when one had no error; pods not tried: " + std::to_string(start.skipped());
  record(set, {event_type::warning, failed->reason, why}, now);
  return failed;
}

std::optional<replica_set_controller::failure> replica_set_controller::delete_pods(cached_replica_set const& set,
                                                                                   replica_set_decision const& decision,
                                                                                   time_point now) {
  std::optional<failure> failed;
  for (auto const& each : decision.deletions) {
    object_key const key{set.key.name_space, each.pod};
    auto const pod = context_.cache.pod(key);
    if (!pod) continue;
    auto const removed = context_.store.remove(kinds::pod, key, {.uid = pod->uid});
    if (removed) {
      record(set, pod_deleted(each), now);
    } else if (!is_outdated(removed.error())) {
      failed = failure{"FailedDelete", removed.error().message};
      record(set, {event_type::warning, "FailedDelete", {"Error deleting: " + removed.error().message}}, now);
    }
  }
  return failed;
}

json replica_set_controller::status_of(cached_replica_set const& set, replica_set_decision const& decision,
                                       std::optional<failure> const& failed, time_point now) const {
  auto const& before = member(*set.object, "status");
  auto status = before.is_object() ? before : json::object();
  status["replicas"] = decision.status.replicas;
  set_count(status, "fullyLabeledReplicas", fully_labelled(set, context_.cache.pods_of(set.uid)));
  set_count(status, "readyReplicas", decision.status.ready);
  set_count(status, "availableReplicas", decision.status.available);
  set_count(status, "terminatingReplicas", decision.status.terminating);
  status["observedGeneration"] = set.generation;
  auto conditions = set.conditions;
  if (failed) {
    set_condition(conditions,
                  {failure_condition, condition_status::is_true, failed->reason, failed->message, now, now});
  } else {
    remove_condition(conditions, failure_condition);
  }
  if (conditions.empty()) {
    status.erase("conditions");
  } else {
    status["conditions"] = to_json(conditions, context_.clock, update_stamps::left_out);
  }
  return status;
}

void replica_set_controller::record(cached_replica_set const& set, control_event const& event, time_point now) {
  context_.events.record(kinds::replica_set, *set.object, "replicaset-controller", event, now);
}

}  // namespace holdfast::cluster
