#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "analysis/observation.hpp"

namespace holdfast::analysis {

/// How much may go wrong, and over which time.
struct error_objective {
  double good_share = 0.999;  ///< the objective; below 1, since without a budget nothing can be measured by it
  nanoseconds period = std::chrono::hours{24 * 30};
  double budget() const { return 1 - good_share; }
};

/// Error ratio / budget: at 1 the budget lasts exactly for its period. None without traffic.
std::optional<double> burn_rate(interval_counts const& counts, error_objective const& objective, good_rule const& rule);

/// Share of the period's budget that burning at `rate` for `length` uses: rate * length / period.
double budget_used(double rate, nanoseconds length, error_objective const& objective);

/// Bad requests / (budget * requests expected in the period at the rate of `counts`): what this run, as it was, costs
/// of a 30-day budget. None without traffic or length.
std::optional<double> share_of_budget(interval_counts const& counts, error_objective const& objective,
                                      good_rule const& rule);

enum class alert_kind : std::uint8_t { page, ticket };

/// A rule of the SRE workbook (Beyer et al. 2018, ch. 5, "Multiwindow, multi-burn-rate alerts").
struct burn_rule {
  alert_kind kind;
  double rate;  ///< alert at or above
  nanoseconds long_window;
  nanoseconds short_window;  ///< a twelfth of the long one: the alert ends soon after its cause
};

/// 14.4 over 1 h and 5 min (2 % of 30 days), 6 over 6 h and 30 min (5 %): page; 1 over 3 d and 6 h (10 %): ticket.
std::span<burn_rule const> workbook_rules();

struct burn_alert {
  burn_rule rule;  ///< with the windows that were used
  nanoseconds began{};
  nanoseconds ended{};  ///< the end of the observation when it still holds then
};

/// When each rule held, judged at the end of every interval. Windows are scaled by observed time / period, so that a
/// test of minutes is judged as the period would be; they take the whole intervals that they reach into, at least one.
/// @param intervals  in order
std::vector<burn_alert> burn_alerts(std::span<interval_counts const> intervals, error_objective const& objective,
                                    good_rule const& rule);

}  // namespace holdfast::analysis
