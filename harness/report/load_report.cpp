#include "report/load_report.hpp"

#include <limits>
#include <numeric>
#include <utility>

#include "report/self_check.hpp"

namespace holdfast::report {
namespace {

double per_second(std::uint64_t count, nanoseconds length) {
  return length > nanoseconds{0} ? static_cast<double>(count) / in_seconds(length) : 0;
}

std::vector<request_figures> requests_of(load::interval_record const& total, std::vector<std::string> const& names) {
  std::vector<request_figures> requests;
  for (std::size_t i = 0; i < total.requests.size(); ++i) {
    auto const& measured = total.requests[i];
    requests.push_back({.name = i < names.size() ? names[i] : "request " + std::to_string(i + 1),
                        .outcomes = measured.outcomes,
                        .response = figures_of(measured.response),
                        .service = figures_of(measured.service)});
  }
  return requests;
}

generator_report generator_of(load::load_result const& result) {
  auto const change = load::change_between(result.before, result.after);
  generator_report generator{.peak_memory_bytes = result.after.peak_memory_bytes,
                             .steal_share = change.steal_share,
                             .throttled = change.throttled,
                             .open_files = load::higher_of(result.before.open_files, result.after.open_files),
                             .local_ports = load::higher_of(result.before.local_ports, result.after.local_ports),
                             .own_limit_hits = result.total.own_limit_hits};
  for (auto const& shard : result.shards) {
    auto const lag = shard.loop_lag.value_at_quantile(0.99);
    generator.shards.push_back({.cpu_share = shard.cpu_share,
                                .loop_lag_p99 = lag ? *lag : nanoseconds{0},
                                .loop_lag_ticks = shard.loop_lag.count()});
  }
  return generator;
}

void add_times(load_report& report, load::interval_record const& total) {
  stats::censored_distribution response, service;
  for (auto const& request : total.requests) {
    response.merge(request.response);
    service.merge(request.service);
  }
  report.response = figures_of(response);
  report.service = figures_of(service);
  report.queue = figures_of(total.queue);
  report.slip = figures_of(total.slip);
}

}  // namespace

std::uint64_t request_figures::ended() const {
  return std::accumulate(outcomes.begin(), outcomes.end(), std::uint64_t{0});
}

std::uint64_t request_figures::ok() const {
  return outcomes[static_cast<std::size_t>(load::outcome::ok)] +
         outcomes[static_cast<std::size_t>(load::outcome::ok_by_fallback)];
}

load_report make_load_report(load::load_result const& result, load_description about, load_gathered gathered) {
  auto const& total = result.total;
  load_report report{.about = std::move(about),
                     .was_interrupted = result.was_interrupted,
                     .started_at = result.start_stamp,
                     .load_length = result.load_length,
                     .total_length = result.total_length,
                     .window_length = gathered.window.length,
                     .rates = {.offered = per_second(total.ledger.scheduled, result.load_length),
                               .started = per_second(total.ledger.started, result.load_length),
                               .throughput = per_second(gathered.window.completed, gathered.window.length),
                               .goodput = per_second(gathered.window.ok, gathered.window.length)},
                     .ledger = total.ledger,
                     .statuses = total.statuses,
                     .causes = std::move(gathered.causes),
                     .attempts = total.attempts,
                     .connections_opened = total.connections_opened,
                     .bytes_received = total.bytes_received,
                     .body_bytes = total.body_bytes,
                     .bytes_sent = total.bytes_sent,
                     .generator = generator_of(result),
                     .broken_equations = load::conservation(total.ledger)};
  report.requests = requests_of(total, report.about.settings.request_names);
  add_times(report, total);
  report.validity = load::judge_validity(self_check_of(report, total.request_seconds));
  return report;
}

exit_code exit_code_of(load_report const& report, strictness how) {
  auto const& ledger = report.ledger;
  if (report.folder && !report.folder->problem.empty()) return exit_code::could_not_run;
  if (report.was_interrupted) return exit_code::interrupted;
  if (ledger.ended_as(load::outcome::check_failed) > 0 || ledger.ok() == 0) return exit_code::check_failed;
  if (how == strictness::requests && ledger.ok() != ledger.scheduled) return exit_code::check_failed;
  if (!report.validity.is_sound()) return exit_code::invalid_measurement;
  return exit_code::pass;
}

}  // namespace holdfast::report
