#include <array>

#include "analysis/metric_rows.hpp"

namespace holdfast::analysis {
namespace {

using enum metric_unit;
using enum metric_direction;

constexpr std::string_view of_requests = "requests";

constexpr std::array load_rows{
    metric_definition{"requests.scheduled", count, neutral, "requests that were due", of_requests},
    metric_definition{"requests.started", count, neutral, "requests that were sent", of_requests},
    metric_definition{"requests.ok", count, higher_is_better, "requests that ended ok, substitutes included",
                      of_requests},
    metric_definition{"requests.failed", count, lower_is_better, "requests that ended in any other way", of_requests},
    metric_definition{"requests.dropped", count, lower_is_better, "requests never sent: no user was free in time",
                      of_requests},
    metric_definition{"requests.late", count, lower_is_better, "requests sent more than 1 ms after they were due",
                      of_requests},
    metric_definition{"requests.queued", count, lower_is_better, "requests that waited for a free user", of_requests},
    metric_definition{"requests.unfinished", count, lower_is_better, "requests in flight when the run ended",
                      of_requests},
    metric_definition{"failures.<outcome>", count, lower_is_better,
                      "requests with that outcome, e.g. failures.http_5xx, failures.reset, failures.response_timeout",
                      of_requests},
    metric_definition{"offered_rate", per_second, neutral, "requests due / length of the load", of_requests},
    metric_definition{"throughput", per_second, higher_is_better,
                      "requests that ended, ok or failed / length of the load", of_requests},
    metric_definition{"goodput", per_second, higher_is_better, "requests that ended ok / length of the load",
                      of_requests},
    metric_definition{"latency.mean", duration, lower_is_better, "mean of end - intended start", of_requests},
    metric_definition{"latency.p50", duration, lower_is_better, "median of end - intended start", of_requests},
    metric_definition{"latency.p75", duration, lower_is_better, "75th percentile of end - intended start", of_requests},
    metric_definition{"latency.p90", duration, lower_is_better, "90th percentile of end - intended start", of_requests},
    metric_definition{"latency.p95", duration, lower_is_better, "95th percentile of end - intended start", of_requests},
    metric_definition{"latency.p99", duration, lower_is_better, "99th percentile of end - intended start", of_requests},
    metric_definition{"latency.p99_9", duration, lower_is_better, "99.9th percentile of end - intended start",
                      of_requests},
    metric_definition{"latency.max", duration, lower_is_better, "largest end - intended start", of_requests},
    metric_definition{"service_time.mean", duration, lower_is_better, "mean of end - actual start", of_requests},
    metric_definition{"service_time.p50", duration, lower_is_better, "median of end - actual start", of_requests},
    metric_definition{"service_time.p75", duration, lower_is_better, "75th percentile of end - actual start",
                      of_requests},
    metric_definition{"service_time.p90", duration, lower_is_better, "90th percentile of end - actual start",
                      of_requests},
    metric_definition{"service_time.p95", duration, lower_is_better, "95th percentile of end - actual start",
                      of_requests},
    metric_definition{"service_time.p99", duration, lower_is_better, "99th percentile of end - actual start",
                      of_requests},
    metric_definition{"service_time.p99_9", duration, lower_is_better, "99.9th percentile of end - actual start",
                      of_requests},
    metric_definition{"service_time.max", duration, lower_is_better, "largest end - actual start", of_requests},
};

}  // namespace

std::span<metric_definition const> load_metrics() { return load_rows; }

}  // namespace holdfast::analysis
