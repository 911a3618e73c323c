#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/observation.hpp"
#include "analysis/platform_history.hpp"
#include "analysis/proportion.hpp"
#include "core/timeline_event.hpp"

namespace holdfast::analysis {

/// One rollout of a Deployment, from the change of its template.
struct rollout_span {
  nanoseconds started{};
  std::optional<nanoseconds> complete;
  std::optional<nanoseconds> stuck;  ///< its progress deadline was exceeded

  std::optional<nanoseconds> duration() const;     ///< complete - started
  std::optional<nanoseconds> stuck_after() const;  ///< stuck - started
  /// Complete, or until the next rollout or `otherwise`.
  nanoseconds end(nanoseconds otherwise) const { return complete.value_or(otherwise); }
};
std::vector<rollout_span> rollouts_of(std::span<timeline_event const> events, std::string_view deployment);

enum class zero_downtime : std::uint8_t {
  yes,
  no,
  not_shown,  ///< no failure, but too few requests to exclude more than the budget allows
};

struct rollout_requests {
  std::uint64_t failed = 0;  ///< bad requests that ended in [from, to], by whole intervals
  std::uint64_t ended = 0;
  std::optional<proportion> excess;      ///< bad share minus that before, with its 95 % interval
  nanoseconds longest_gap{};             ///< longest stretch of intervals in which nothing ended
  std::uint64_t broken_connections = 0;  ///< resets and answers that broke off
};

/// @param failures  in the order of their ends
rollout_requests requests_during(nanoseconds from, nanoseconds to, std::span<interval_counts const> intervals,
                                 std::span<failed_request const> failures, good_rule const& rule);

/// No failure, the rule of three's 3/n within the budget, and no gap above `longest_gap`.
/// @param budget  failing share that is allowed, above 0
zero_downtime verdict_of(rollout_requests const& requests, double budget, nanoseconds longest_gap);

/// Last answer of the old version - first of the new one: the time in which both answered. Zero when they did not
/// overlap, none when either never answered.
std::optional<nanoseconds> mixed_versions(std::span<instance_answer const> answers, std::string_view old_version,
                                          std::string_view new_version);

/// Answers by that version / all answers. None without answers.
std::optional<double> version_exposure(std::span<instance_answer const> answers, std::string_view version);

/// Answers of pods whose request began after their deletion.
std::uint64_t served_while_terminating(std::span<instance_answer const> answers, platform_history const& history);

/// Longest time from the deletion of a pod of the Deployment to the start of a connection to it, of those that are
/// recorded: of those that did not end well. None without one.
std::optional<nanoseconds> late_traffic(platform_history const& history, std::string_view deployment);

/// Median time of an instance's first `n` answers / median of its later ones; the largest over all instances that have
/// both. @param answers  in the order of their ends
std::optional<double> cold_start_penalty(std::span<instance_answer const> answers, std::size_t n);

/// Last bad request that ended after the command to roll back - command; zero without one.
nanoseconds rollback_time(nanoseconds command, std::span<failed_request const> failures, nanoseconds until);

}  // namespace holdfast::analysis
