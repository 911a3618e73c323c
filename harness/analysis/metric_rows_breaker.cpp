#include <array>

#include "analysis/metric_rows.hpp"

namespace holdfast::analysis {
namespace {

using enum metric_unit;
using enum metric_direction;

constexpr std::string_view by_events = "events";
constexpr std::string_view by_both = "requests, events";

constexpr std::array breaker_rows{
    metric_definition{"breaker.<name>.opened", count, neutral, "times that the breaker opened, summed over its pods",
                      by_events},
    metric_definition{"breaker.<name>.time_to_open", duration, lower_is_better, "first open - t0 of the fault",
                      by_events},
    metric_definition{
        "breaker.<name>.expected_time_to_open", duration, neutral,
        "x + (W - x) * theta rounded up to a bucket: all calls failing after x, full window W, share theta", by_both},
    metric_definition{"breaker.<name>.time_to_half_open", duration, neutral, "first trial - open", by_events},
    metric_definition{"breaker.<name>.trial_spacing", duration, neutral,
                      "shortest time between two trials of one pod while still failing; not under the sleep window",
                      by_events},
    metric_definition{"breaker.<name>.time_to_close", duration, lower_is_better,
                      "closed for good - dependency healthy (end of the fault)", by_events},
    metric_definition{"breaker.<name>.leak", count, lower_is_better,
                      "connections of the caller to the callee begun while open, minus trials", by_both},
    metric_definition{"breaker.<name>.fail_fast_p50", duration, lower_is_better,
                      "median service time of requests refused fast while open", by_both},
    metric_definition{"breaker.<name>.fail_fast_p99", duration, lower_is_better, "99th percentile of the same",
                      by_both},
    metric_definition{"breaker.<name>.false_trips", count, lower_is_better,
                      "opened though the rule over the completed calls was not met", by_both},
    metric_definition{"breaker.<name>.missed_trips", count, lower_is_better,
                      "rule met for longer than a bucket and the delay of observation, and not opened", by_both},
    metric_definition{"breaker.<name>.flap_rate", per_minute, lower_is_better, "times opened per minute", by_events},
    metric_definition{"breaker.<name>.stuck", yes_or_no, lower_is_better,
                      "open for longer than the sleep window and the slack though calls came, without a trial",
                      by_both},
};

}  // namespace

std::span<metric_definition const> breaker_metrics() { return breaker_rows; }

}  // namespace holdfast::analysis
