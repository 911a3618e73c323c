#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/observation.hpp"
#include "analysis/platform_history.hpp"
#include "analysis/step_function.hpp"

namespace holdfast::analysis {

/// Why a request failed; the first that has evidence, in this order.
enum class failure_cause : std::uint8_t {
  injected_fault,    ///< a fault acted on the path between the request's start and end
  pod_died,          ///< the process ended while the request was on its connection; without a deletion before
  stale_endpoint,    ///< refused by a pod that could serve no longer, and was still chosen
  terminating_pod,   ///< broken off by a pod that had got its deletion
  not_ready,         ///< refused by a pod that could not serve yet, and was chosen already
  no_endpoint,       ///< the Service had none
  overload,          ///< refused by a limit, or too slow while demand was above supply
  breaker_refusal,   ///< refused fast while a breaker on the path was open
  dependency_error,  ///< the answer passes on a failure of a callee
  client_timeout,    ///< the caller's limit of time, and none of the above
  unexplained,
};
inline constexpr std::size_t cause_count = 11;

/// "pod died"; with `key_of`, "pod-died" as in metric names.
std::string_view name_of(failure_cause cause);
std::string_view key_of(failure_cause cause);

/// How Services call each other, as far as it is known.
struct call_paths {
  /// Service by the address that callers connect to ("127.3.0.2:8080", or without the port).
  std::map<std::string, std::string, std::less<>> service_of_address;
  std::map<std::string, std::vector<std::string>, std::less<>> callees;
};

struct attribution_settings {
  /// How much later than what it tells of an event may be recorded, and how far ends of one exchange may lie apart.
  nanoseconds slack = std::chrono::milliseconds{500};
  /// A refusal that took no longer was made without asking the callee.
  nanoseconds fast_refusal = std::chrono::milliseconds{50};
  call_paths paths;
  /// By Service: overload needs them.
  std::map<std::string, step_function, std::less<>> demand, supply;
};

struct attribution {
  failure_cause cause = failure_cause::unexplained;
  std::string evidence;  ///< a sentence without full stop; empty when unexplained
  std::string action;    ///< of the profile: the last that had begun before the request ended; empty when unexplained
};

/// Finds the cause of failed (or conspicuously slow, outcome "slow") requests: request -> connection -> pod -> what
/// happened to the pod then. Where the calls between Services are not known, every Service counts as on the path.
/// The history must outlive it. Any number of threads.
class attributor {
 public:
  attributor(platform_history const& history, attribution_settings settings);
  attribution cause_of(failed_request const& request) const;

 private:
  platform_history const& history_;
  attribution_settings settings_;
};

struct attribution_summary {
  std::array<std::uint64_t, cause_count> by_cause{};
  std::uint64_t of(failure_cause cause) const { return by_cause[static_cast<std::size_t>(cause)]; }
  std::uint64_t total() const;
  /// A quality figure of the analysis itself: at most 1 % in a run with one known fault. None without a failure.
  std::optional<double> unexplained_share() const;
};
attribution_summary counts_of(std::span<attribution const> attributions);

/// Requests slower than ten times the median of their phase, whose causes are looked for, too.
bool is_conspicuously_slow(nanoseconds latency, nanoseconds median);

}  // namespace holdfast::analysis
