#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/clock.hpp"

namespace holdfast::analysis {

/// What the load counted in one interval, about a second. All times of this module are on the run's clock: since its
/// start.
struct interval_counts {
  nanoseconds start{};
  nanoseconds length{};
  std::uint64_t scheduled = 0;
  std::uint64_t started = 0;
  std::uint64_t ok = 0;              ///< ended ok, without the substitutes
  std::uint64_t ok_by_fallback = 0;  ///< ended ok with a substitute
  std::uint64_t refused_fast = 0;    ///< deliberate refusals
  /// All other requests that ended, by outcome as in failures.ndjson ("http_5xx", "reset"); without those that the
  /// run's end cut off.
  std::map<std::string, std::uint64_t, std::less<>> failed;
  std::optional<nanoseconds> latency_p50, latency_p99;  ///< none without answers

  nanoseconds end() const { return start + length; }
};

/// One request that failed, or that was conspicuously slow (outcome "slow").
struct failed_request {
  nanoseconds start{};       ///< first byte handed to the kernel
  nanoseconds end{};         ///< failure known
  std::string outcome;       ///< "reset", "http_5xx", ...
  std::uint16_t status = 0;  ///< 0 without an answer
  std::uint64_t connection = 0;
  std::uint16_t client_port = 0;  ///< the connection's on the caller's side; 0 when it is not known
  std::string peer;               ///< address as the caller connected to it
  std::string instance;           ///< who answered, as the answer told; empty when it did not
  std::string name;               ///< of the request
};

/// One answer of which is known who gave it.
struct instance_answer {
  nanoseconds start{};
  nanoseconds end{};
  std::string instance;
  std::string version;
};

/// One request that ended, in the order of its end.
struct request_end {
  nanoseconds at{};
  bool good = false;
};

/// Which outcomes count as good. Whatever is not good is bad.
struct good_rule {
  bool fallback_is_good = true;  ///< answered, if with a substitute: shown apart as the degraded share
  bool refusal_is_good = false;  ///< a caller that was told at once to come later
};

std::uint64_t good_requests(interval_counts const& counts, good_rule const& rule);
std::uint64_t bad_requests(interval_counts const& counts, good_rule const& rule);
/// All that ended.
std::uint64_t ended_requests(interval_counts const& counts);
/// Share of good ones; none without traffic.
std::optional<double> success_ratio(interval_counts const& counts, good_rule const& rule);

/// Sums over intervals that lie wholly in [from, to].
interval_counts sum_of(std::span<interval_counts const> intervals, nanoseconds from, nanoseconds to);
/// Sums over all.
interval_counts sum_of(std::span<interval_counts const> intervals);

}  // namespace holdfast::analysis
