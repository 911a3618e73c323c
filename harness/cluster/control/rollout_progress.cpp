#include "cluster/control/rollout_progress.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace holdfast::cluster {
namespace {

constexpr std::string_view progressing_type = "Progressing";
constexpr std::string_view complete_reason = "NewReplicaSetAvailable";
constexpr std::string_view timed_out_reason = "ProgressDeadlineExceeded";

void add_figures(rollout_status& status, rollout_set const& set) {
  status.replicas += set.status.replicas;
  status.ready += set.status.ready;
  status.available += set.status.available;
  status.terminating += set.status.terminating;
  status.unavailable += set.replicas;
}

/// Kubernetes writes a condition only when its status or its reason changes; fresh progress is the exception.
void write_condition(std::vector<condition>& conditions, condition fresh) {
  auto const* const old = find_condition(conditions, fresh.type);
  if (old && old->status == fresh.status && old->reason == fresh.reason) return;
  set_condition(conditions, std::move(fresh));
}

condition progressing(condition_status status, std::string_view reason, std::string text, time_point now) {
  return {std::string{progressing_type}, status, std::string{reason}, std::move(text), now, now};
}

std::vector<fact> figures(rollout_spec const& spec, rollout_status const& status) {
  return {{"replicas", std::to_string(spec.replicas)},
          {"pods", std::to_string(status.replicas)},
          {"updated", std::to_string(status.updated)},
          {"available", std::to_string(status.available)}};
}

control_event completed_event(progress_view const& view, rollout_status const& after, std::string text) {
  return {event_type::normal,
          std::string{complete_reason},
          {std::move(text), "updated, all and available pods are as many as asked for", figures(view.spec, after), {}}};
}

control_event timed_out_event(progress_view const& view, rollout_status const& after, std::string text) {
  auto inputs = figures(view.spec, after);
  inputs.push_back({"deadline", fmt::format("{} s", in_seconds(*view.spec.progress_deadline))});
  return {event_type::warning,
          std::string{timed_out_reason},
          {std::move(text), "no progress for longer than progressDeadlineSeconds", std::move(inputs), {}}};
}

}  // namespace

rollout_status counted_status(rollout_sets const& sets) {
  rollout_status status;
  if (sets.fresh) {
    add_figures(status, *sets.fresh);
    status.updated = sets.fresh->status.replicas;
  }
  for (auto const& set : sets.old) add_figures(status, set);
  status.unavailable = std::max(status.unavailable - status.available, 0);
  return status;
}

bool is_complete(rollout_status const& status, std::int32_t replicas) {
  return status.is_observed && status.updated == replicas && status.replicas == replicas &&
         status.available == replicas;
}

bool has_progressed(rollout_status const& before, rollout_status const& after) {
  return after.updated > before.updated || after.replicas - after.updated < before.replicas - before.updated ||
         after.ready > before.ready || after.available > before.available;
}

bool has_timed_out(condition const* progressing, std::optional<nanoseconds> deadline, time_point now) {
  auto const at = timeout_of(progressing, deadline);
  return at && *at <= now;
}

std::optional<time_point> timeout_of(condition const* progressing, std::optional<nanoseconds> deadline) {
  if (!progressing || !deadline || progressing->reason == complete_reason) return std::nullopt;
  return progressing->last_update + *deadline + nanoseconds{1};  // strictly later than the deadline
}

std::vector<control_event> judge_progress(progress_view const& view, rollout_status& after) {
  auto& conditions = after.conditions;
  if (!view.spec.progress_deadline) {
    remove_condition(conditions, progressing_type);
    return {};
  }
  auto const* const noted = find_condition(conditions, progressing_type);
  bool const was_complete = noted && noted->reason == complete_reason;
  if (was_complete && after.replicas == after.updated) return {};
  if (is_complete(after, view.spec.replicas)) {
    auto const text = fmt::format("{} has successfully progressed.", view.subject);
    write_condition(conditions, progressing(condition_status::is_true, complete_reason, text, view.now));
    if (was_complete) return {};
    return {completed_event(view, after, text)};
  }
  if (has_progressed(view.before, after)) {
    set_condition(conditions, progressing(condition_status::is_true, "ReplicaSetUpdated",
                                          fmt::format("{} is progressing.", view.subject), view.now));
    return {};
  }
  bool const is_noted = noted && noted->reason == timed_out_reason;
  if (is_noted || !has_timed_out(noted, view.spec.progress_deadline, view.now)) return {};
  auto const text = fmt::format("{} has timed out progressing.", view.subject);
  write_condition(conditions, progressing(condition_status::is_false, timed_out_reason, text, view.now));
  return {timed_out_event(view, after, text)};
}

void note_pause(rollout_spec const& spec, std::vector<condition>& conditions, time_point now) {
  if (!spec.progress_deadline) return;
  auto const* const noted = find_condition(conditions, progressing_type);
  if (noted && noted->reason == timed_out_reason) return;
  bool const is_noted = noted && noted->reason == "DeploymentPaused";
  if (spec.is_paused && !is_noted) {
    set_condition(conditions, progressing(condition_status::unknown, "DeploymentPaused", "Deployment is paused", now));
  } else if (!spec.is_paused && is_noted) {
    set_condition(conditions,
                  progressing(condition_status::unknown, "DeploymentResumed", "Deployment is resumed", now));
  }
}

void note_availability(rollout_spec const& spec, rollout_status& status, time_point now) {
  bool const is_enough = status.available >= spec.replicas - limits_of(spec).max_unavailable;
  condition const fresh = is_enough ? condition{"Available",
                                                condition_status::is_true,
                                                "MinimumReplicasAvailable",
                                                "Deployment has minimum availability.",
                                                now,
                                                now}
                                    : condition{"Available",
                                                condition_status::is_false,
                                                "MinimumReplicasUnavailable",
                                                "Deployment does not have minimum availability.",
                                                now,
                                                now};
  write_condition(status.conditions, fresh);
}

}  // namespace holdfast::cluster
