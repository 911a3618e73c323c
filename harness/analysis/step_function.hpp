#pragma once

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "core/clock.hpp"

namespace holdfast::analysis {

/// A number that changes at known times and stays in between: replicas demanded, ready, asked for. Before its first
/// step it has its first value.
class step_function {
 public:
  struct step {
    nanoseconds at{};
    double value = 0;
    friend bool operator==(step const&, step const&) = default;
  };

  step_function() = default;
  /// @param steps  in any order; of several at one time the last one holds, and steps without a change are left out
  explicit step_function(std::vector<step> steps);

  bool empty() const { return steps_.empty(); }
  std::vector<step> const& steps() const { return steps_; }
  double value_at(nanoseconds at) const;  ///< 0 when empty
  /// Extremes over [from, to]; a step at `to` counts. 0 when empty.
  double max_in(nanoseconds from, nanoseconds to) const;
  double min_in(nanoseconds from, nanoseconds to) const;
  /// Changes in (from, to]: the first value is none.
  std::vector<step> changes_in(nanoseconds from, nanoseconds to) const;
  /// The first time from `from` on, up to `to`, from which `holds(value)` is true until `to`.
  template <class Condition>
  std::optional<nanoseconds> lasting_from(nanoseconds from, nanoseconds to, Condition&& holds) const;

 private:
  std::vector<step> steps_;
};

/// Calls visit(begin, end, d, s) for each piece of [from, to] on which both are constant, in order; pieces have a
/// length.
template <class Visit>
void for_each_piece(step_function const& d, step_function const& s, nanoseconds from, nanoseconds to, Visit&& visit) {
  std::vector<nanoseconds> edges{from, to};
  for (auto const* const each : {&d, &s}) {
    for (auto const& step : each->changes_in(from, to)) edges.push_back(step.at);
  }
  std::ranges::sort(edges);
  for (std::size_t i = 1; i < edges.size(); ++i) {
    if (edges[i - 1] < edges[i]) visit(edges[i - 1], edges[i], d.value_at(edges[i - 1]), s.value_at(edges[i - 1]));
  }
}

template <class Condition>
std::optional<nanoseconds> step_function::lasting_from(nanoseconds from, nanoseconds to, Condition&& holds) const {
  std::optional<nanoseconds> since;
  if (empty() || to < from) return since;
  if (holds(value_at(from))) since = from;
  for (auto const& step : changes_in(from, to)) {
    if (!holds(step.value)) {
      since.reset();
    } else if (!since) {
      since = step.at;
    }
  }
  return since;
}

}  // namespace holdfast::analysis
