#include "cluster/control/scaling_limits.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "cluster/control/wide_integer.hpp"

namespace holdfast::cluster {
namespace {

constexpr double growth_factor = 2.0;
constexpr double growth_minimum = 4.0;

limited_count too_few(std::int32_t minimum) {
  return {minimum, true, "TooFewReplicas",
          fmt::format("the desired replica count is less than the minimum replica count {}", minimum)};
}
limited_count too_many(std::int32_t maximum) {
  return {maximum, true, "TooManyReplicas",
          fmt::format("the desired replica count is more than the maximum replica count {}", maximum)};
}
limited_count too_fast_up(std::int32_t limit) {
  return {
      limit, true, "ScaleUpLimit",
      fmt::format("the desired replica count is increasing faster than the maximum scale rate, now up to {}", limit)};
}
limited_count too_fast_down(std::int32_t limit) {
  return {
      limit, true, "ScaleDownLimit",
      fmt::format("the desired replica count is decreasing faster than the maximum scale rate, now down to {}", limit)};
}
limited_count within_range(std::int32_t replicas) {
  return {replicas, false, "DesiredWithinRange", "the desired count is within the acceptable range"};
}

limited_count capped(std::int32_t proposal, std::int32_t rate_limit, std::int32_t maximum) {
  if (proposal <= std::min(rate_limit, maximum)) return within_range(proposal);
  return maximum > rate_limit ? too_fast_up(rate_limit) : too_many(maximum);
}

limited_count floored(std::int32_t proposal, std::int32_t rate_limit, std::int32_t minimum) {
  if (proposal >= std::max(rate_limit, minimum)) return within_range(proposal);
  return minimum < rate_limit ? too_fast_down(rate_limit) : too_few(minimum);
}

std::int64_t changed_since(std::span<scale_event const> events, time_point begin) {
  std::int64_t sum = 0;
  for (auto const& each : events) sum += each.at > begin ? each.change : 0;
  return sum;
}

/// The count at the begin of the period, as far as written changes tell.
std::int64_t start_of(std::int32_t current, scaling_policy const& policy, scale_history const& history,
                      time_point now) {
  auto const begin = now - policy.period;
  return current - changed_since(history.ups, begin) + changed_since(history.downs, begin);
}

std::int32_t upper_limit(scaling_policy const& policy, std::int64_t start) {
  if (policy.type == scaling_policy::kind::pods) return saturated_count(start + policy.value);
  return saturated_count(std::ceil(static_cast<double>(start) * (1.0 + policy.value / 100.0)));
}

std::int32_t lower_limit(scaling_policy const& policy, std::int64_t start) {
  if (policy.type == scaling_policy::kind::pods) return saturated_count(start - policy.value);
  return saturated_count(std::trunc(static_cast<double>(start) * (1.0 - policy.value / 100.0)));
}

}  // namespace

limited_count limited_without_behavior(std::int32_t current, std::int32_t proposal, replica_bounds bounds) {
  if (proposal < bounds.min) return too_few(bounds.min);
  auto const limit = saturated_count(std::max(growth_factor * current, growth_minimum));
  return capped(proposal, limit, bounds.max);
}

std::int32_t scale_up_limit(std::int32_t current, scaling_rules const& up, scale_history const& history,
                            time_point now) {
  if (up.select == select_policy::disabled || up.policies.empty()) return current;
  std::vector<std::int32_t> limits;
  for (auto const& each : up.policies) limits.push_back(upper_limit(each, start_of(current, each, history, now)));
  auto const chosen = up.select == select_policy::min_change ? std::ranges::min(limits) : std::ranges::max(limits);
  return std::max(chosen, current);
}

std::int32_t scale_down_limit(std::int32_t current, scaling_rules const& down, scale_history const& history,
                              time_point now) {
  if (down.select == select_policy::disabled || down.policies.empty()) return current;
  std::vector<std::int32_t> limits;
  for (auto const& each : down.policies) limits.push_back(lower_limit(each, start_of(current, each, history, now)));
  auto const chosen = down.select == select_policy::min_change ? std::ranges::max(limits) : std::ranges::min(limits);
  return std::min(chosen, current);
}

limited_count limited_with_behavior(std::int32_t current, std::int32_t proposal, replica_bounds bounds,
                                    scaling_behavior const& behavior, scale_history const& history, time_point now) {
  if (proposal > current) return capped(proposal, scale_up_limit(current, behavior.up, history, now), bounds.max);
  if (proposal < current) return floored(proposal, scale_down_limit(current, behavior.down, history, now), bounds.min);
  return within_range(proposal);
}

nanoseconds longest_period(scaling_rules const& rules) {
  nanoseconds longest{0};
  for (auto const& each : rules.policies) longest = std::max(longest, each.period);
  return longest;
}

}  // namespace holdfast::cluster
