#include "cluster/control/deployment.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cluster/control/proportional_scaling.hpp"

namespace holdfast::cluster {
namespace {

struct deployment_sync {
  deployment_view const& view;
  rollout_sets sets;
  time_point now;
  deployment_decision decision{};
};

control_event scaling_event(std::string const& set, std::int32_t from, std::int32_t to, explanation why) {
  why.statement = fmt::format("Scaled {} replica set {} from {} to {}", to > from ? "up" : "down", set, from, to);
  return {event_type::normal, "ScalingReplicaSet", std::move(why)};
}

bool resize_sets(deployment_sync& sync, std::vector<set_resize> changes) {
  bool has_changed = false;
  for (auto& each : changes) {
    if (each.from != each.to) {
      has_changed = true;
      sync.decision.events.push_back(scaling_event(each.set, each.from, each.to, each.why));
    }
    sync.decision.resize.push_back(std::move(each));
  }
  return has_changed;
}

void note_new_set(deployment_sync& sync, std::string_view reason, std::string text) {
  if (!sync.view.spec.progress_deadline) return;
  set_condition(sync.decision.status.conditions,
                {"Progressing", condition_status::is_true, std::string{reason}, std::move(text), sync.now, sync.now});
}

void create_new_set(deployment_sync& sync, set_resize growth) {
  auto const& name = sync.view.new_set_name;
  sync.decision.create = {name, growth.to, next_revision(sync.sets)};
  if (growth.to > 0) sync.decision.events.push_back(scaling_event(name, 0, growth.to, std::move(growth.why)));
  note_new_set(sync, "NewReplicaSetCreated", fmt::format("Created new replica set \"{}\"", name));
}

/// A rollback finds the set of an older template again: it becomes the newest revision.
void refresh_revision(deployment_sync& sync) {
  if (!sync.sets.fresh) return;
  auto const revision = next_revision(sync.sets);
  if (sync.sets.fresh->revision < revision) sync.decision.revision = revision;
  auto const* const noted = find_condition(sync.decision.status.conditions, "Progressing");
  bool const was_found = noted && !sync.decision.revision;
  if (was_found) return;
  note_new_set(sync, "FoundNewReplicaSet", fmt::format("Found new replica set \"{}\"", sync.sets.fresh->name));
}

/// Makes the new set or grows it; whether there was anything to do.
bool grow_new_set(deployment_sync& sync) {
  auto const size = sync.sets.fresh ? sync.sets.fresh->replicas : 0;
  auto growth = grown(sync.view.spec, sync.sets, size);
  if (!sync.sets.fresh) {
    create_new_set(sync, std::move(growth));
    return true;
  }
  return growth.from != growth.to && resize_sets(sync, {std::move(growth)});
}

void recreate(deployment_sync& sync) {
  auto const& spec = sync.view.spec;
  std::vector<set_resize> emptied;
  for (auto const& set : sync.sets.old) {
    if (set.replicas == 0) continue;
    emptied.push_back({set.name, set.replicas, 0, {.rule = "Recreate empties old sets before the new one is made"}});
  }
  if (resize_sets(sync, std::move(emptied)) || sync.view.has_old_pods) return;
  auto const size = sync.sets.fresh ? sync.sets.fresh->replicas : 0;
  set_resize growth{sync.sets.fresh ? sync.sets.fresh->name : "", size, spec.replicas};
  growth.why = {
      "", "no old pod is left: the new set takes all replicas", {{"replicas", std::to_string(spec.replicas)}}, {}};
  if (!sync.sets.fresh) {
    create_new_set(sync, std::move(growth));
  } else if (size != spec.replicas) {
    resize_sets(sync, {std::move(growth)});
  }
}

void roll(deployment_sync& sync) {
  refresh_revision(sync);
  if (sync.view.spec.strategy == rollout_strategy::recreate) {
    recreate(sync);
  } else if (!grow_new_set(sync)) {
    resize_sets(sync, shrunk(sync.view.spec, sync.sets));
  }
}

/// Paused or resized: only sizes change, and progress is not judged.
bool scale_only(deployment_sync& sync) {
  auto const& spec = sync.view.spec;
  auto const has_new_count = is_resized(spec, sync.sets);
  if (!has_new_count && !spec.is_paused) return false;
  if (!has_new_count && active_sets(sync.sets).size() > 1) return true;  // a paused rollout stays where it is
  auto changes = resized(spec, sync.sets, sync.view.status.replicas);
  // Sets that keep their size are marked with a new count once.
  std::erase_if(changes, [&](auto const& each) { return each.from == each.to && !has_new_count; });
  bool const is_done = !changes.empty() || spec.is_paused;
  resize_sets(sync, std::move(changes));
  return is_done;
}

std::string subject_of(deployment_sync const& sync) {
  if (!sync.sets.fresh) return fmt::format("Deployment \"{}\"", sync.view.name);
  return fmt::format("ReplicaSet \"{}\"", sync.sets.fresh->name);
}

void judge(deployment_sync& sync) {
  auto const& spec = sync.view.spec;
  progress_view const progress{spec, sync.view.status, subject_of(sync), sync.now};
  for (auto& each : judge_progress(progress, sync.decision.status)) sync.decision.events.push_back(std::move(each));
  auto const* const noted = find_condition(sync.decision.status.conditions, "Progressing");
  auto const timeout = timeout_of(noted, spec.progress_deadline);
  if (timeout && *timeout > sync.now) sync.decision.next_sync = timeout;
}

}  // namespace

deployment_decision sync_deployment(deployment_view const& view, time_point now) {
  deployment_sync sync{view, sorted_sets(view.sets), now};
  auto& decision = sync.decision;
  decision.sized_for = view.spec.replicas;
  decision.max_total = limits_of(view.spec).max_total;
  decision.status = counted_status(sync.sets);
  decision.status.conditions = view.status.conditions;
  note_pause(view.spec, decision.status.conditions, now);
  bool const is_scaling = scale_only(sync);
  if (!is_scaling) roll(sync);
  if (view.spec.is_paused || (!is_scaling && is_complete(decision.status, view.spec.replicas))) {
    decision.remove = surplus_history(sync.sets, view.spec.revision_history_limit);
  }
  note_availability(view.spec, decision.status, now);
  if (!is_scaling) judge(sync);
  return decision;
}

}  // namespace holdfast::cluster
