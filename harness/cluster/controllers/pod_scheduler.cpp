#include "cluster/controllers/pod_scheduler.hpp"

#include <utility>

#include <fmt/format.h>

#include "cluster/controllers/condition_json.hpp"

namespace holdfast::cluster {

bool pod_scheduler::is_mine(cached_pod const& pod) const {
  return pod.owned.node.empty() || (pod.owned.node != node_ && pod.is_terminating());
}

void pod_scheduler::note(cached_change const& change) {
  if (change.pod && is_mine(*change.pod)) queue_.add(change.key);
}

void pod_scheduler::note_all() {
  for (auto const& [key, pod] : context_.cache.pods()) {
    if (is_mine(*pod)) queue_.add(key);
  }
}

void pod_scheduler::sync(object_key const& key, time_point now) {
  auto const pod = context_.cache.pod(key);
  if (pod && pod->is_terminating() && is_mine(*pod)) {
    (void)context_.store.remove(kinds::pod, key, {.grace_seconds = 0, .uid = pod->uid});
  }
  if (!pod || !pod->owned.node.empty() || pod->is_terminating()) {
    queue_.forget(key);
    return;
  }
  auto object = *pod->object;
  object["spec"]["nodeName"] = node_;
  auto const assigned = context_.store.update(kinds::pod, std::move(object));
  if (!assigned) {
    queue_.retry(key, now);
    return;
  }
  queue_.succeeded(key);
  auto scheduled = **assigned;
  auto conditions = conditions_from(member(scheduled, "status", "conditions"), context_.clock);
  set_condition(conditions, {"PodScheduled", condition_status::is_true, "", "", now, now});
  scheduled["status"]["conditions"] = to_json(conditions, context_.clock, update_stamps::left_out);
  (void)context_.store.update(kinds::pod, std::move(scheduled), update_scope::status);  // nobody wrote in between
  auto const text = fmt::format("Successfully assigned {}/{} to {}", key.name_space, key.name, node_);
  context_.events.record(kinds::pod, **assigned, "default-scheduler",
                         {event_type::normal, "Scheduled", {text, "there is one node"}}, now);
}

}  // namespace holdfast::cluster
