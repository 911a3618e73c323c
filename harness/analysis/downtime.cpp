#include "analysis/downtime.hpp"

#include <algorithm>
#include <optional>

namespace holdfast::analysis {
namespace {

/// Builds windows from what is seen in the order of time.
class downtime_builder {
 public:
  explicit downtime_builder(nanoseconds from) : previous_good_{from} {}

  struct bad_stretch {
    nanoseconds from, to;     ///< it lies in
    nanoseconds first, last;  ///< bad request; the latest and the earliest possible when that is not known
  };

  void bad(bad_stretch const& seen) {
    if (!current_) current_ = downtime_window{.began = {previous_good_, seen.first}, .ended = {}, .from = seen.from};
    current_->ended.last_old = seen.last;
    current_->to = seen.to;
  }
  /// A good request ended no earlier than `earliest`, and surely before `latest`.
  void good(nanoseconds earliest, nanoseconds latest) {
    close(latest, false);
    previous_good_ = earliest;
  }
  void forget() { current_.reset(); }
  void close(nanoseconds next_good, bool open_end) {
    if (!current_) return;
    current_->ended.first_new = next_good;
    current_->open_end = open_end;
    found_.push_back(*current_);
    current_.reset();
  }
  std::vector<downtime_window> take(nanoseconds to) {
    close(to, true);
    return std::move(found_);
  }

 private:
  nanoseconds previous_good_;
  std::optional<downtime_window> current_;
  std::vector<downtime_window> found_;
};

downtime_builder::bad_stretch bad_in(interval_counts const& interval, std::span<failed_request const> failures) {
  auto const first =
      std::ranges::lower_bound(failures, interval.start, std::less<>{}, [](auto const& f) { return f.end; });
  auto const last = std::ranges::upper_bound(first, failures.end(), interval.end(), std::less<>{},
                                             [](auto const& f) { return f.end; });
  if (first == last) {
    return {.from = interval.start, .to = interval.end(), .first = interval.end(), .last = interval.start};
  }
  return {.from = interval.start, .to = interval.end(), .first = first->end, .last = std::prev(last)->end};
}

bool touched_by_any(interval_counts const& interval, std::span<downtime_window const> windows) {
  return std::ranges::any_of(
      windows, [&](auto const& window) { return interval.start < window.to && window.from < interval.end(); });
}

}  // namespace

std::vector<downtime_window> downtime_by_run(std::span<request_end const> requests, std::uint64_t k, nanoseconds from,
                                             nanoseconds to) {
  downtime_builder builder{from};
  std::uint64_t bad_in_a_row = 0;
  for (auto const& request : requests) {
    if (!request.good) {
      ++bad_in_a_row;
      builder.bad({.from = request.at, .to = request.at + nanoseconds{1}, .first = request.at, .last = request.at});
      continue;
    }
    if (bad_in_a_row < k) builder.forget();
    builder.good(request.at, request.at);
    bad_in_a_row = 0;
  }
  if (bad_in_a_row < k) builder.forget();
  return builder.take(to);
}

std::vector<downtime_window> downtime_by_ratio(std::span<interval_counts const> intervals, double objective,
                                               good_rule const& rule, std::span<failed_request const> failures) {
  if (intervals.empty()) return {};
  downtime_builder builder{intervals.front().start};
  for (auto const& interval : intervals) {
    auto const ratio = success_ratio(interval, rule);
    if (!ratio) continue;
    if (*ratio < objective) {
      builder.bad(bad_in(interval, failures));
    } else {
      builder.good(interval.start, interval.end());
    }
  }
  return builder.take(intervals.back().end());
}

downtime_summary summary_of(std::span<downtime_window const> windows) {
  downtime_summary all{.windows = windows.size(), .total = {}, .longest = {}};
  for (auto const& window : windows) {
    auto const length = window.length();
    all.total.at_least += length.at_least;
    all.total.at_most += length.at_most;
    all.longest.at_least = std::max(all.longest.at_least, length.at_least);
    all.longest.at_most = std::max(all.longest.at_most, length.at_most);
  }
  return all;
}

double good_rate_outside(std::span<interval_counts const> intervals, std::span<downtime_window const> windows,
                         good_rule const& rule) {
  std::uint64_t good = 0;
  nanoseconds time{};
  for (auto const& interval : intervals) {
    if (touched_by_any(interval, windows)) continue;
    good += good_requests(interval, rule);
    time += interval.length;
  }
  return time > nanoseconds{0} ? static_cast<double>(good) / in_seconds(time) : 0;
}

double lost_work(std::span<interval_counts const> intervals, std::span<downtime_window const> windows,
                 double good_per_second, good_rule const& rule) {
  double lost = 0;
  for (auto const& interval : intervals) {
    if (!touched_by_any(interval, windows)) continue;
    lost += good_per_second * in_seconds(interval.length) - static_cast<double>(good_requests(interval, rule));
  }
  return std::max(lost, 0.0);
}

}  // namespace holdfast::analysis
