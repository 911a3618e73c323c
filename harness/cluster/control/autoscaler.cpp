#include "cluster/control/autoscaler.hpp"

#include <algorithm>
#include <cassert>

#include <fmt/format.h>

namespace holdfast::cluster {
namespace {

struct autoscaler_sync {
  autoscaler_spec const& spec;
  autoscaler_settings const& settings;
  autoscaler_target const& target;
  autoscaler_memory& memory;
  time_point now;
  autoscaler_decision decision{};

  void note(char const* type, condition_status status, std::string_view reason, std::string message) const {
    set_condition(memory.conditions, {type, status, std::string{reason}, std::move(message), now, now});
  }
  void stop(std::string_view reason, std::string const& message) const {
    note("ScalingActive", condition_status::is_false, reason, message);
  }
};

tolerance_band tolerance_of(autoscaler_spec const& spec, autoscaler_settings const& settings) {
  auto band = settings.tolerance;
  if (!spec.behavior) return band;
  band.down = spec.behavior->down.tolerance.value_or(band.down);
  band.up = spec.behavior->up.tolerance.value_or(band.up);
  return band;
}

/// The largest proposal, and what went wrong with the others.
struct metric_summary {
  std::optional<replica_proposal> largest{};
  std::string metric{};  // of the largest
  std::optional<metric_failure> first_failure{};
  std::size_t failures = 0;
};

metric_summary summarize(autoscaler_sync& sync, std::span<metric_reading const> readings) {
  proposal_context const context{sync.target.replicas,   sync.target.status_replicas,
                                 sync.target.pods,       tolerance_of(sync.spec, sync.settings),
                                 sync.settings.start_up, sync.now};
  metric_summary summary;
  for (std::size_t i = 0; i < sync.spec.metrics.size(); ++i) {
    auto const& metric = sync.spec.metrics[i];
    auto const proposal = propose(context, metric, readings[i]);
    if (!proposal) {
      auto const& failure = proposal.error();
      sync.decision.events.push_back(
          {event_type::warning, std::string{failure.reason}, {.statement = failure.message}});
      if (!summary.first_failure) summary.first_failure = failure;
      ++summary.failures;
      continue;
    }
    sync.decision.current_metrics.push_back(status_of(metric, *proposal));
    if (summary.largest && summary.largest->replicas >= proposal->replicas) continue;
    summary.largest = *proposal;
    summary.metric = text_of(metric);
  }
  return summary;
}

void give_up(autoscaler_sync& sync, metric_summary const& summary) {
  auto const text = fmt::format("invalid metrics ({} invalid out of {}), first error is: {}", summary.failures,
                                sync.spec.metrics.size(),
                                summary.first_failure ? summary.first_failure->message : "there is no metric");
  sync.stop(summary.first_failure ? summary.first_failure->reason : "InvalidMetricSourceType",
            "the HPA was unable to compute the replica count: " + text);
  sync.decision.why.statement = "No change: " + text;
  sync.decision.events.push_back({event_type::warning, "FailedComputeMetricsReplicas", {.statement = text}});
}

void forget_old(autoscaler_sync& sync) {
  auto window = sync.settings.downscale_stabilization;
  auto& memory = sync.memory;
  if (sync.spec.behavior) {
    auto const& up = sync.spec.behavior->up;
    auto const& down = sync.spec.behavior->down;
    window = std::max(up.stabilization, down.stabilization);
    std::erase_if(memory.ups, [&](auto const& each) { return each.at <= sync.now - longest_period(up); });
    std::erase_if(memory.downs, [&](auto const& each) { return each.at <= sync.now - longest_period(down); });
  } else {
    memory.ups.clear();
    memory.downs.clear();
  }
  std::erase_if(memory.recommendations, [&](auto const& each) { return each.at < sync.now - window; });
}

std::int32_t stabilize(autoscaler_sync& sync, std::int32_t proposal) {
  auto const& past = sync.memory.recommendations;
  auto count = proposal;
  if (sync.spec.behavior) {
    stabilization_windows const windows{sync.spec.behavior->up.stabilization, sync.spec.behavior->down.stabilization};
    count = stabilized(past, sync.target.replicas, proposal, windows, sync.now);
  } else {
    count = stabilized_down(past, proposal, sync.settings.downscale_stabilization, sync.now);
  }
  sync.memory.recommendations.push_back({proposal, sync.now});
  if (count == proposal) {
    sync.note("AbleToScale", condition_status::is_true, "ReadyForNewScale", "recommended size matches current size");
    return count;
  }
  bool const is_higher = count > proposal;
  std::string const text =
      fmt::format("recent recommendations were {} than current one, applying the {} recent recommendation",
                  is_higher ? "higher" : "lower", is_higher ? "highest" : "lowest");
  sync.note("AbleToScale", condition_status::is_true, is_higher ? "ScaleDownStabilized" : "ScaleUpStabilized", text);
  sync.decision.why.limit = fmt::format("stabilization: {} ({} instead of {})", text, count, proposal);
  return count;
}

std::int32_t limit(autoscaler_sync& sync, std::int32_t count) {
  auto const current = sync.target.replicas;
  auto const limited = sync.spec.behavior ? limited_with_behavior(current, count, sync.spec.bounds, *sync.spec.behavior,
                                                                  {sync.memory.ups, sync.memory.downs}, sync.now)
                                          : limited_without_behavior(current, count, sync.spec.bounds);
  sync.note("ScalingLimited", limited.is_limited ? condition_status::is_true : condition_status::is_false,
            limited.reason, limited.text);
  if (!limited.is_limited) return limited.replicas;
  auto& text = sync.decision.why.limit;
  text += fmt::format("{}{}: {} ({} instead of {})", text.empty() ? "" : "; ", limited.reason, limited.text,
                      limited.replicas, count);
  return limited.replicas;
}

void decide_by_metrics(autoscaler_sync& sync, std::span<metric_reading const> readings) {
  auto const current = sync.target.replicas;
  auto const summary = summarize(sync, readings);
  if (!summary.largest || (summary.first_failure && summary.largest->replicas < current)) {
    give_up(sync, summary);
    return;
  }
  sync.note("ScalingActive", condition_status::is_true, "ValidMetricFound",
            fmt::format("the HPA was able to successfully calculate a replica count from {}", summary.metric));
  sync.decision.why = summary.largest->why;
  sync.decision.why.inputs.insert(sync.decision.why.inputs.begin(), {"metric", summary.metric});
  sync.decision.why.inputs.push_back({"proposal", std::to_string(summary.largest->replicas)});
  auto const desired = limit(sync, stabilize(sync, summary.largest->replicas));
  sync.decision.desired = desired;
  auto const reason = desired > current ? summary.metric + " above target" : std::string{"All metrics below target"};
  sync.decision.why.statement = desired == current ? fmt::format("Size stays {}", current)
                                                   : fmt::format("New size: {}; reason: {}", desired, reason);
}

void move_to_bound(autoscaler_sync& sync, std::int32_t bound, std::string_view reason) {
  sync.decision.desired = bound;
  sync.decision.why = {fmt::format("New size: {}; reason: {}", bound, reason),
                       "a count outside its bounds is set to the bound at once",
                       {{"current replicas", std::to_string(sync.target.replicas)},
                        {"minReplicas", std::to_string(sync.spec.bounds.min)},
                        {"maxReplicas", std::to_string(sync.spec.bounds.max)}},
                       {}};
}

/// Nothing can be decided: reason and message become ScalingActive=False.
bool is_stopped(autoscaler_sync& sync) {
  auto const halt = [&](std::string_view reason, std::string const& message) {
    sync.stop(reason, message);
    sync.decision.why.statement = "No change: " + message;
    return true;
  };
  if (sync.target.replicas == 0 && sync.spec.bounds.min != 0) {
    return halt("ScalingDisabled", "scaling is disabled since the replica count of the target is zero");
  }
  if (!sync.target.has_selector) {
    auto const* const text = "the target's selector is empty: pods cannot be told apart";
    sync.decision.events.push_back({event_type::warning, "InvalidSelector", {.statement = text}});
    return halt("InvalidSelector", text);
  }
  if (!sync.target.rival.empty()) {
    auto const text = fmt::format("pods are also selected by the autoscaler {}", sync.target.rival);
    sync.decision.events.push_back({event_type::warning, "AmbiguousSelector", {.statement = text}});
    return halt("AmbiguousSelector", text);
  }
  return false;
}

}  // namespace

autoscaler_decision sync_autoscaler(autoscaler_spec const& spec, autoscaler_settings const& settings,
                                    autoscaler_target const& target, std::span<metric_reading const> readings,
                                    autoscaler_memory& memory, time_point now) {
  assert(readings.size() == spec.metrics.size() && "one reading for each metric");
  autoscaler_sync sync{spec, settings, target, memory, now};
  auto const current = target.replicas;
  sync.decision.current = current;
  sync.decision.desired = current;
  if (!memory.has_synced) memory.recommendations.push_back({current, now});
  memory.has_synced = true;
  forget_old(sync);
  sync.note("AbleToScale", condition_status::is_true, "SucceededGetScale",
            "the HPA controller was able to get the target's current scale");
  if (is_stopped(sync)) return sync.decision;
  if (current > spec.bounds.max) {
    move_to_bound(sync, spec.bounds.max, "Current number of replicas above Spec.MaxReplicas");
  } else if (current < spec.bounds.min) {
    move_to_bound(sync, spec.bounds.min, "Current number of replicas below Spec.MinReplicas");
  } else {
    decide_by_metrics(sync, readings);
  }
  return sync.decision;
}

control_event rescale_succeeded(autoscaler_spec const& spec, autoscaler_decision const& decision,
                                autoscaler_memory& memory, time_point now) {
  auto const change = decision.desired - decision.current;
  if (spec.behavior && change > 0) memory.ups.push_back({change, now});
  if (spec.behavior && change < 0) memory.downs.push_back({-change, now});
  memory.last_scale = now;
  set_condition(
      memory.conditions,
      {"AbleToScale", condition_status::is_true, "SucceededRescale",
       fmt::format("the HPA controller was able to update the target scale to {}", decision.desired), now, now});
  return {event_type::normal, "SuccessfulRescale", decision.why};
}

control_event rescale_failed(autoscaler_decision const& decision, std::string const& problem, autoscaler_memory& memory,
                             time_point now) {
  auto const text = fmt::format("the HPA controller was unable to update the target scale: {}", problem);
  set_condition(memory.conditions, {"AbleToScale", condition_status::is_false, "FailedUpdateScale", text, now, now});
  auto why = decision.why;
  why.statement = fmt::format("{}; error: {}", why.statement, problem);
  return {event_type::warning, "FailedRescale", why};
}

}  // namespace holdfast::cluster
