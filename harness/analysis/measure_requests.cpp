#include <algorithm>

#include "analysis/availability.hpp"
#include "analysis/downtime.hpp"
#include "analysis/error_budget.hpp"
#include "analysis/measures.hpp"

namespace holdfast::analysis {
namespace {

void put_downtime(measured_arm const& arm, measure_sink& to) {
  auto const& seen = arm.seen;
  auto const windows = downtime_by_ratio(seen.intervals, arm.settings.objective, arm.rule(), seen.failures);
  auto const all = summary_of(windows);
  to.put("downtime.total", all.total.at_most);
  to.put("downtime.total.at_least", all.total.at_least);
  to.put("downtime.longest", all.longest.at_most);
  to.put("downtime.windows", static_cast<double>(all.windows));
  auto const usual = good_rate_outside(seen.intervals, windows, arm.rule());
  to.put("downtime.lost_work", lost_work(seen.intervals, windows, usual, arm.rule()));
  if (auto const rhythm = rhythm_of(windows, arm.to - arm.from)) to.put("recovery.mtbf", rhythm->mtbf);
}

void put_budget(measured_arm const& arm, interval_counts const& all, measure_sink& to) {
  error_objective const objective{.good_share = arm.settings.objective};
  to.put("budget.burn_rate", burn_rate(all, objective, arm.rule()));
  to.put("budget.share_of_30_days", share_of_budget(all, objective, arm.rule()));
  auto const alerts = burn_alerts(arm.seen.intervals, objective, arm.rule());
  auto const of_kind = [&](alert_kind kind) {
    return static_cast<double>(std::ranges::count_if(alerts, [&](auto const& a) { return a.rule.kind == kind; }));
  };
  to.put("budget.pages", of_kind(alert_kind::page));
  to.put("budget.tickets", of_kind(alert_kind::ticket));
}

}  // namespace

void measure_requests(measured_arm const& arm, measure_sink& to) {
  auto const all = sum_of(arm.seen.intervals);
  auto const ok = all.ok + all.ok_by_fallback;
  auto const ended = ended_requests(all);
  to.put("requests.scheduled", static_cast<double>(all.scheduled));
  to.put("requests.started", static_cast<double>(all.started));
  to.put("requests.ok", static_cast<double>(ok));
  to.put("requests.failed", static_cast<double>(ended - ok));
  for (auto const& [outcome, n] : all.failed) to.put("failures." + metric_part(outcome), static_cast<double>(n));
  if (all.refused_fast > 0) to.put("failures.refused_fast", static_cast<double>(all.refused_fast));
  auto const length = in_seconds(all.length);
  if (length <= 0) return;
  to.put("offered_rate", static_cast<double>(all.scheduled) / length);
  to.put("throughput", static_cast<double>(ended) / length);
  to.put("goodput", static_cast<double>(ok) / length);
}

void measure_availability(measured_arm const& arm, measure_sink& to) {
  auto const& intervals = arm.seen.intervals;
  auto const figures = availability_of(intervals, arm.rule());
  if (!figures.share) return;
  to.put("availability", figures.share->value);
  to.put("availability.lower", figures.share->lower);
  to.put("availability.upper", figures.share->upper);
  if (figures.degraded) to.put("availability.degraded", figures.degraded->value);
  auto const in_time = availability_in_windows(intervals, arm.settings.window, arm.settings.objective, arm.rule());
  to.put("availability.time", in_time.share());
  to.put("availability.empty_windows", static_cast<double>(in_time.empty_windows));
  put_downtime(arm, to);
  put_budget(arm, sum_of(intervals), to);
}

}  // namespace holdfast::analysis
