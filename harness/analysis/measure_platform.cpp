#include <algorithm>
#include <set>

#include "analysis/elasticity.hpp"
#include "analysis/measures.hpp"
#include "analysis/replica_counts.hpp"
#include "analysis/rollout.hpp"

namespace holdfast::analysis {
namespace {

std::set<std::string> subjects_of(measured_arm const& arm, std::string_view kind) {
  std::set<std::string> names;
  for (auto const& event : arm.events) {
    if (event.kind == kind) names.insert(event.subject);
  }
  return names;
}

std::optional<moment> first_fault(measured_arm const& arm) {
  if (arm.history.faults().empty()) return std::nullopt;
  return moment::at(arm.history.faults().front().from);
}

std::optional<moment> end_of_faults(measured_arm const& arm) {
  std::optional<moment> last;
  for (auto const& fault : arm.history.faults()) {
    if (!fault.to) return std::nullopt;
    if (!last || last->first_new < *fault.to) last = moment::at(*fault.to);
  }
  return last;
}

template <class Value>
void keep_first(std::optional<Value>& kept, std::optional<Value> const& other, auto&& goes_before) {
  if (other && (!kept || goes_before(*other, *kept))) kept = other;
}

/// Checks name a breaker by its callee, or by caller/callee where several call the same.
std::string callee_in(std::string const& subject) { return subject.substr(subject.rfind('/') + 1); }

void put_breaker(measured_arm const& arm, std::string const& subject, measure_sink& to) {
  auto const courses = breaker_courses(arm.events, subject);
  auto const prefix = "breaker." + metric_part(subject) + '.';
  auto const shorter = [](auto const& a, auto const& b) { return a.at_most < b.at_most; };
  auto const fault = first_fault(arm);
  auto const healthy = end_of_faults(arm);
  std::optional<duration_range> opens, tries, closes;
  std::optional<nanoseconds> spacing;
  double opened = 0;
  for (auto const& course : courses) {
    opened += static_cast<double>(std::ranges::count(course, breaker_state::open, &breaker_change::to));
    if (fault) keep_first(opens, time_to_open(course, *fault), shorter);
    keep_first(tries, time_to_half_open(course), shorter);
    keep_first(spacing, trial_spacing(course), std::less<>{});
    // Every pod's breaker has to be closed again: the last one counts.
    if (healthy)
      keep_first(closes, time_to_close(course, *healthy), [&](auto const& a, auto const& b) { return shorter(b, a); });
  }
  to.put(prefix + "opened", opened);
  to.put(prefix + "time_to_open", opens);
  to.put(prefix + "time_to_half_open", tries);
  to.put(prefix + "trial_spacing", spacing);
  to.put(prefix + "time_to_close", closes);
  auto const length = in_seconds(arm.to - arm.from);
  if (length > 0) to.put(prefix + "flap_rate", opened * 60 / length);
  if (auto const times = fail_fast_of(arm.seen.failures, courses)) {
    to.put(prefix + "fail_fast_p50", times->p50);
    to.put(prefix + "fail_fast_p99", times->p99);
  }
}

void put_adaptations(std::string const& prefix, std::span<adaptation const> all, measure_sink& to) {
  std::optional<nanoseconds> reaction, provisioning, lag;
  for (auto const& each : all) {
    keep_first(reaction, each.reaction, std::greater<>{});
    keep_first(provisioning, each.provisioning, std::greater<>{});
    keep_first(lag, each.lag, std::greater<>{});
  }
  to.put(prefix + "reaction", reaction);
  to.put(prefix + "provisioning", provisioning);
  to.put(prefix + "adaptation_lag", lag);
}

void put_figures(std::string const& prefix, elasticity_figures const& f, measure_sink& to) {
  to.put(prefix + "theta_u", f.theta_u);
  to.put(prefix + "theta_o", f.theta_o);
  to.put(prefix + "tau_u", f.tau_u);
  to.put(prefix + "tau_o", f.tau_o);
  to.put(prefix + "instability", f.instability);
  to.put(prefix + "jitter", f.jitter);
  to.put(prefix + "deviation", f.deviation);
  to.put(prefix + "accuracy_u", f.accuracy_u);
  to.put(prefix + "accuracy_o", f.accuracy_o);
  to.put(prefix + "overshoot", f.overshoot);
  to.put(prefix + "settling_time", f.settling_time);
  to.put(prefix + "flaps", f.flaps_per_minute);
  to.put(prefix + "wasted", f.wasted);
}

void put_rollout(measured_arm const& arm, std::string const& deployment, rollout_span const& rollout,
                 measure_sink& to) {
  auto const prefix = "rollout." + metric_part(deployment) + '.';
  auto const end = rollout.end(arm.to);
  to.put(prefix + "duration", rollout.duration());
  to.put(prefix + "stuck_after", rollout.stuck_after());
  auto const requests = requests_during(rollout.started, end, arm.seen.intervals, arm.seen.failures, arm.rule());
  to.put(prefix + "failures", static_cast<double>(requests.failed));
  if (requests.excess) to.put(prefix + "excess_failures", requests.excess->value);
  to.put(prefix + "broken_connections", static_cast<double>(requests.broken_connections));
  auto const verdict = verdict_of(requests, 1 - arm.settings.objective, arm.settings.longest_gap);
  if (verdict != zero_downtime::not_shown) {
    to.put(prefix + "zero_downtime", verdict == zero_downtime::yes ? 1.0 : 0.0);
  }
  auto const available = replica_counts(arm.events, deployment, "available");
  if (!available.empty()) to.put(prefix + "min_available", available.min_in(rollout.started, end));
  to.put(prefix + "max_pods", live_pods_of(arm.events, deployment).serving.max_in(rollout.started, end));
  to.put(prefix + "late_traffic", late_traffic(arm.history, deployment));
}

}  // namespace

void measure_breakers(measured_arm const& arm, measure_sink& to) {
  auto names = subjects_of(arm, timeline_kinds::breaker);
  for (auto const& subject : subjects_of(arm, timeline_kinds::breaker)) names.insert(callee_in(subject));
  for (auto const& name : names) put_breaker(arm, name, to);
}

void measure_elasticity(measured_arm const& arm, measure_sink& to) {
  auto const& settings = arm.settings.attribution;
  for (auto const& [deployment, demand] : settings.demand) {
    auto const prefix = "autoscale." + metric_part(deployment) + '.';
    auto const supply = replica_counts(arm.events, deployment, "ready");
    auto const asked_for = replica_counts(arm.events, deployment, "desired");
    auto const figures = elasticity_of(demand, supply, arm.from, arm.to);
    if (!figures) continue;
    put_figures(prefix, *figures, to);
    put_adaptations(prefix, adaptations(demand, asked_for, supply, arm.from, arm.to), to);
    to.put(prefix + "lost_while_short", static_cast<double>(failed_while_short(arm.seen.failures, demand, supply)));
    to.put(prefix + "max_replicas", supply.max_in(arm.from, arm.to));
  }
}

/// Of several rollouts of a Deployment the last one is told.
void measure_rollouts(measured_arm const& arm, measure_sink& to) {
  for (auto const& deployment : subjects_of(arm, timeline_kinds::rollout)) {
    auto const all = rollouts_of(arm.events, deployment);
    if (!all.empty()) put_rollout(arm, deployment, all.back(), to);
  }
}

void measure_causes(measured_arm const& arm, measure_sink& to) {
  attributor const causes{arm.history, arm.settings.attribution};
  std::vector<attribution> all;
  all.reserve(arm.seen.failures.size());
  for (auto const& failure : arm.seen.failures) all.push_back(causes.cause_of(failure));
  auto const counts = counts_of(all);
  for (std::size_t i = 0; i < cause_count; ++i) {
    auto const cause = static_cast<failure_cause>(i);
    to.put("causes." + std::string{key_of(cause)}, static_cast<double>(counts.of(cause)));
  }
  to.put("causes.unexplained_share", counts.unexplained_share());
}

}  // namespace holdfast::analysis
