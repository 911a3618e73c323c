#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "analysis/breaker.hpp"

namespace holdfast::analysis {

/// A call through a breaker that ended, as far as its rule counts it.
struct counted_call {
  nanoseconds at{};
  bool is_error = false;
};

/// What the rule says at the close of one bucket, over the window before it.
struct rule_verdict {
  nanoseconds at{};
  std::uint64_t total = 0;
  std::uint64_t errors = 0;
  bool is_met = false;
};

/// Enough calls, and trunc(errors / total * 100) at or above the percentage.
bool is_met(breaker_rule const& rule, std::uint64_t total, std::uint64_t errors);

/// The rule computed anew from the calls that were observed: a verdict at start + bucket, start + 2 buckets, ... up to
/// `end`. @param calls  in order
std::vector<rule_verdict> rule_verdicts(breaker_rule const& rule, std::span<counted_call const> calls,
                                        nanoseconds start, nanoseconds end);

/// Openings from closed with no verdict in [last look before - bucket - delay, opening + bucket] that met the rule.
std::uint64_t false_trips(breaker_course const& course, std::span<rule_verdict const> verdicts,
                          breaker_rule const& rule, nanoseconds delay);

/// Stretches in which the rule was met at every bucket, for longer than a bucket and `delay`, while it stayed closed.
std::uint64_t missed_trips(breaker_course const& course, std::span<rule_verdict const> verdicts,
                           breaker_rule const& rule, nanoseconds delay);

/// What a dependency had before it began to fail.
enum class earlier_traffic : std::uint8_t { full_window, none };

/// Time to open when, from t = 0, every call at `per_second` fails after x. With a window full of good calls it opens
/// when failures are the threshold's share of the completed calls: x + (W - x) * theta. Without earlier traffic, when
/// there are enough: x + volume / rate. Rounded up to the next close of a bucket.
/// @return none when so few calls end in a window that the volume is never reached, or x is longer than the window
std::optional<nanoseconds> expected_time_to_open(breaker_rule const& rule, nanoseconds x, double per_second,
                                                 earlier_traffic before);

}  // namespace holdfast::analysis
