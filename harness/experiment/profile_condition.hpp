#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "core/timeline_event.hpp"
#include "core/units.hpp"
#include "experiment/check.hpp"

namespace holdfast::experiment {

/// "ready >= 3": of a Deployment's replicas.
struct replica_condition {
  std::string count;  ///< "desired", "current", "ready", "available", "updated" or "unavailable"
  comparison how = comparison::at_least;
  std::uint32_t limit = 0;
  friend bool operator==(replica_condition const&, replica_condition const&) = default;
};

/// Something that the timeline tells, and that an action may wait for:
///     deployment/book complete            rollout: started, complete, stuck
///     deployment/book ready >= 3          replicas
///     pod/book not-ready                  any pod of that Deployment: created, started, ready, not-ready, terminating,
///                                         exited, restarted, back-off, removed
///     action/to-v4 done                   begin, done, failed
///     fault/slow-book confirmed           wanted, confirmed, removed, not-seen
///     phase/rollout begin                 begin, end
///     breaker/order/book open             caller/callee: closed, open, half-open
///     autoscaler/order scaled             scaled, limited
struct condition {
  std::string kind;     ///< of the timeline's events: "rollout", "replicas", "pod", "action", ...
  std::string subject;  ///< as in the events; of pods their Deployment
  std::string what;     ///< empty with `replicas`
  std::optional<replica_condition> replicas;
  std::string text;  ///< as it was written
};

/// @error  why it is none, and how to write it
result<condition, unit_error> parse_condition(std::string_view text);

/// Whether that event makes the condition true. An action that waits looks at the events since it began to wait; of
/// `replicas` also at the last one before.
bool is_met_by(condition const& what, timeline_event const& event);

}  // namespace holdfast::experiment
