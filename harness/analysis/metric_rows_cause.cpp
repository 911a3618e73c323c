#include <array>

#include "analysis/metric_rows.hpp"

namespace holdfast::analysis {
namespace {

using enum metric_unit;
using enum metric_direction;

constexpr std::string_view both = "requests, events";

constexpr std::array cause_rows{
    metric_definition{
        "lag.<fault>.<hop>", duration, neutral,
        "time of one hop from fault to last request (process-gone, probe-failed, not-ready, endpoint-removed, "
        "last-connection) or back to the first (restarted, ready, endpoint-added)",
        "events"},
    metric_definition{
        "causes.<class>", count, lower_is_better,
        "failed requests by cause, first match of: injected-fault, pod-died, stale-endpoint, terminating-pod, "
        "not-ready, no-endpoint, overload, breaker-refusal, dependency-error, client-timeout, unexplained",
        both},
    metric_definition{"causes.unexplained_share", share, lower_is_better,
                      "failed requests without a cause / failed requests", both},
    metric_definition{"invariants.violated", count, lower_is_better, "invariants that did not hold after the run",
                      "queries after the run"},
    metric_definition{"invariants.<name>", yes_or_no, higher_is_better, "whether that invariant held",
                      "queries after the run"},
    metric_definition{"consistency.lost_writes", count, lower_is_better,
                      "acknowledged writes that are not there after the run", "ledger, queries after the run"},
    metric_definition{"consistency.duplicate_effects", count, lower_is_better,
                      "effects of one idempotency key beyond its first", "ledger, queries after the run"},
    metric_definition{"consistency.phantoms", count, lower_is_better,
                      "what is there although no request, not even an ambiguous one, asked for it",
                      "ledger, queries after the run"},
};

}  // namespace

std::span<metric_definition const> cause_metrics() { return cause_rows; }

}  // namespace holdfast::analysis
