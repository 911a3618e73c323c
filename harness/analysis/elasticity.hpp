#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "analysis/observation.hpp"
#include "analysis/step_function.hpp"

namespace holdfast::analysis {

/// How well supply followed demand. Shares are fractions (0.0833 is 8.33 %).
///
/// d(t) is the demand: the fewest replicas that meet the objective at the load of time t, from a calibration with the
/// autoscaler off. s(t) is the supply: ready replicas. T is the time looked at. Definitions: N. Herbst et al., "Ready
/// for Rain? A View from SPEC Research on the Future of Cloud Metrics", SPEC RG-2016-01; integrals are exact.
struct elasticity_figures {
  double theta_u = 0;                        ///< under-provisioning accuracy: 1/T * integral max(d - s, 0) / d
  double theta_o = 0;                        ///< over-provisioning accuracy: 1/T * integral max(s - d, 0) / d
  double tau_u = 0;                          ///< under-provisioning timeshare: d > s
  double tau_o = 0;                          ///< over-provisioning timeshare: s > d
  double instability = 0;                    ///< time in which they do not change in the same direction; see slice
  double jitter = 0;                         ///< 1/s: (changes of s - changes of d) / T
  double deviation = 0;                      ///< Euclidean norm of the five shares above
  double accuracy_u = 0;                     ///< replicas missing on average: 1/T * integral max(d - s, 0)
  double accuracy_o = 0;                     ///< replicas too many on average
  double wasted = 0;                         ///< replica seconds: integral max(s - d, 0)
  double overshoot = 0;                      ///< max(s) - max(d), not below 0
  double flaps_per_minute = 0;               ///< reversals of direction of s
  std::optional<nanoseconds> settling_time;  ///< last change of d until s stays within one of d; none: never
};

struct elasticity_settings {
  /// Steps have no slope: their direction is looked at in slices of this length, the last one may be shorter.
  nanoseconds slice = std::chrono::seconds{1};
};

/// @param demand  above 0 wherever it is compared
/// @return none when [from, to] has no length, or either function has no step
std::optional<elasticity_figures> elasticity_of(step_function const& demand, step_function const& supply,
                                                nanoseconds from, nanoseconds to,
                                                elasticity_settings const& settings = {});

/// What followed one change of the demand.
struct adaptation {
  nanoseconds at{};
  double from = 0, to = 0;  ///< demand
  /// First change of what was asked for (spec.replicas) in the same direction, before the demand's next change.
  std::optional<nanoseconds> reaction;
  /// From there until the supply first met the new demand, before its next change.
  std::optional<nanoseconds> provisioning;
  /// From the change of the demand to that: reaction plus provisioning, also known without the decision.
  std::optional<nanoseconds> lag;
};

/// One for each change of the demand in (from, to].
std::vector<adaptation> adaptations(step_function const& demand, step_function const& asked_for,
                                    step_function const& supply, nanoseconds from, nanoseconds to);

/// Failed requests whose end fell in a time with demand above supply.
std::uint64_t failed_while_short(std::span<failed_request const> failures, step_function const& demand,
                                 step_function const& supply);

/// Weights of theta_u, theta_o, tau_u, tau_o, instability.
using speedup_weights = std::array<double, 5>;
inline constexpr speedup_weights equal_weights{0.2, 0.2, 0.2, 0.2, 0.2};

/// Elastic speedup over a base, such as a fixed number of replicas: product of (base / this)^weight; above 1 is better
/// than the base. A figure that is zero in both counts as equal.
/// @param weights  that sum to 1
/// @return none when a figure is zero in only one of them: the ratio has no bound
std::optional<double> elastic_speedup(elasticity_figures const& base, elasticity_figures const& figures,
                                      speedup_weights const& weights = equal_weights);

}  // namespace holdfast::analysis
