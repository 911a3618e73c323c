#include "analysis/error_budget.hpp"

#include <algorithm>
#include <array>
#include <cassert>

namespace holdfast::analysis {
namespace {

/// Sums of good and ended requests before each interval, so that any window costs two look-ups.
struct running_sums {
  std::vector<std::uint64_t> bad{0}, ended{0};

  running_sums(std::span<interval_counts const> intervals, good_rule const& rule) {
    for (auto const& interval : intervals) {
      bad.push_back(bad.back() + bad_requests(interval, rule));
      ended.push_back(ended.back() + ended_requests(interval));
    }
  }
};

double burn_in_window(std::span<interval_counts const> intervals, running_sums const& sums, std::size_t last,
                      nanoseconds window, double budget) {
  auto const edge = intervals[last].end() - window;
  // The first interval that reaches into the window.
  auto const first = std::ranges::upper_bound(intervals.first(last), edge, {}, &interval_counts::end);
  auto const from = static_cast<std::size_t>(first - intervals.begin());
  auto const ended = sums.ended[last + 1] - sums.ended[from];
  if (ended == 0) return 0;
  return static_cast<double>(sums.bad[last + 1] - sums.bad[from]) / static_cast<double>(ended) / budget;
}

burn_rule scaled(burn_rule rule, double factor) {
  rule.long_window = from_seconds(in_seconds(rule.long_window) * factor);
  rule.short_window = from_seconds(in_seconds(rule.short_window) * factor);
  return rule;
}

}  // namespace

std::optional<double> burn_rate(interval_counts const& counts, error_objective const& objective,
                                good_rule const& rule) {
  auto const ratio = success_ratio(counts, rule);
  if (!ratio) return std::nullopt;
  return static_cast<double>(bad_requests(counts, rule)) / static_cast<double>(ended_requests(counts)) /
         objective.budget();
}

double budget_used(double rate, nanoseconds length, error_objective const& objective) {
  return rate * in_seconds(length) / in_seconds(objective.period);
}

std::optional<double> share_of_budget(interval_counts const& counts, error_objective const& objective,
                                      good_rule const& rule) {
  auto const ended = ended_requests(counts);
  if (ended == 0 || counts.length <= nanoseconds{0}) return std::nullopt;
  auto const expected = static_cast<double>(ended) * in_seconds(objective.period) / in_seconds(counts.length);
  return static_cast<double>(bad_requests(counts, rule)) / (objective.budget() * expected);
}

std::span<burn_rule const> workbook_rules() {
  using namespace std::chrono_literals;
  static constexpr std::array rules{burn_rule{alert_kind::page, 14.4, 1h, 5min},
                                    burn_rule{alert_kind::page, 6, 6h, 30min},
                                    burn_rule{alert_kind::ticket, 1, 72h, 6h}};
  return rules;
}

std::vector<burn_alert> burn_alerts(std::span<interval_counts const> intervals, error_objective const& objective,
                                    good_rule const& rule) {
  std::vector<burn_alert> found;
  if (intervals.empty()) return found;
  assert(objective.budget() > 0 && "an objective of 100 % leaves no budget");
  auto const observed = intervals.back().end() - intervals.front().start;
  running_sums const sums{intervals, rule};
  for (auto const& original : workbook_rules()) {
    auto const now = scaled(original, in_seconds(observed) / in_seconds(objective.period));
    bool holds = false;
    for (std::size_t i = 0; i < intervals.size(); ++i) {
      auto const burns = [&](nanoseconds window) {
        return burn_in_window(intervals, sums, i, window, objective.budget()) >= now.rate;
      };
      auto const alerts = burns(now.long_window) && burns(now.short_window);
      if (alerts && !holds)
        found.push_back({.rule = now, .began = intervals[i].end(), .ended = intervals.back().end()});
      if (!alerts && holds) found.back().ended = intervals[i].end();
      holds = alerts;
    }
  }
  return found;
}

}  // namespace holdfast::analysis
