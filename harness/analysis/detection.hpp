#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>

#include "analysis/observation.hpp"
#include "analysis/time_range.hpp"
#include "core/timeline_event.hpp"

namespace holdfast::analysis {

/// First reaction of each mechanism to a fault in (fault, until], by mechanism:
///   probe       a probe failed
///   endpoint    a Service lost a ready endpoint
///   restart     a container was restarted, or its pod replaced by a new one
///   breaker     a breaker opened
///   autoscaler  an autoscaler raised a number of replicas
/// An event is located exactly, but for a breaker, which is only looked at now and then ("since_s").
std::map<std::string, moment> reactions_to(moment const& fault, std::span<timeline_event const> events,
                                           nanoseconds until);

/// The first time that `k` of the last `n` requests were bad.
std::optional<nanoseconds> first_k_of_n(std::span<request_end const> requests, std::uint64_t k, std::uint64_t n);

/// A cumulative sum detector over intervals (E. S. Page 1954): S = max(0, S + bad share - reference), alarm at S >=
/// limit.
struct cusum_settings {
  double reference = 0.05;  ///< bad share that is still ordinary: halfway between usual and alarming
  double limit = 0.2;       ///< seconds of total failure, beyond the reference, that are taken before an alarm
};
/// End of the interval with the alarm; intervals without traffic change nothing.
std::optional<nanoseconds> cusum_alarm(std::span<interval_counts const> intervals, good_rule const& rule,
                                       cusum_settings const& settings = {});

/// What Kubernetes' probes promise: a fault is published between (F - 1) P + c and F P + c after it began.
/// @param period             P
/// @param failure_threshold  F, at least 1
/// @param attempt            c: until a failing attempt returns; about 0 when refused, the probe's timeout when it
/// hangs
duration_range expected_probe_detection(nanoseconds period, std::uint32_t failure_threshold, nanoseconds attempt);

}  // namespace holdfast::analysis
