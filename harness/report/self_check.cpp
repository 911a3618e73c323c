#include "report/self_check.hpp"

#include <limits>

namespace holdfast::report {
namespace {

load::loop_kind loop_of(load::load_settings const& settings) {
  auto const* const plan = std::get_if<load::closed_loop_plan>(&settings.arrivals);
  if (plan == nullptr) return load::loop_kind::open;
  return plan->think == load::think_law{load::no_think{}} ? load::loop_kind::closed : load::loop_kind::paced;
}

nanoseconds lower_bound(std::optional<stats::quantile_value> const& value) {
  return value ? value->value : nanoseconds{0};
}

/// Requests that failed at once (refused, reset, ...) were in flight but have no time in the distributions: above a
/// hundredth of all, rate times mean time does not say how many were in flight.
bool has_untimed_requests(load_report const& report) {
  auto const ended = report.ledger.completed() + report.ledger.unfinished();
  return (ended - report.service.count) * 100 > ended;
}

}  // namespace

load::validity_input self_check_of(load_report const& report, double request_seconds) {
  auto const length = in_seconds(report.total_length);
  load::validity_input input{
      .loop = loop_of(report.about.settings),
      .length = report.total_length,
      .offered_per_second = report.rates.offered,
      .achieved_per_second = report.rates.started,
      .scheduled = report.ledger.scheduled,
      .queued = report.ledger.queued,
      .target = load::state_of_target(report.ledger, report.generator.own_limit_hits),
      .recorded = report.response.count,
      .slip_p99 = lower_bound(report.slip.p99()),
      .reported_p50 = lower_bound(report.response.p50()),
      .reported_p99 = lower_bound(report.response.p99()),
      .completed_per_second = length > 0 ? static_cast<double>(report.service.count) / length : 0,
      .mean_time = std::chrono::duration_cast<nanoseconds>(report.service.mean),
      .own_limit_hits = report.generator.own_limit_hits,
      .open_files = report.generator.open_files,
      .local_ports = report.generator.local_ports,
      .steal_share = report.generator.steal_share,
      .throttled = report.generator.throttled,
      .broken_equations = report.broken_equations,
      .place = report.about.place};
  input.mean_concurrency =
      has_untimed_requests(report) ? std::numeric_limits<double>::quiet_NaN() : request_seconds / length;
  for (auto const& shard : report.generator.shards) {
    input.shards.push_back(
        {.cpu_share = shard.cpu_share, .loop_lag_p99 = shard.loop_lag_p99, .loop_lag_ticks = shard.loop_lag_ticks});
  }
  return input;
}

}  // namespace holdfast::report
