#pragma once

#include <cstddef>
#include <vector>

#include "core/clock.hpp"
#include "core/units.hpp"

namespace holdfast::load {

/// A part of a run in which the offered rate goes linearly from one value to another. Both zero: a pause.
struct rate_stage {
  nanoseconds duration{};
  request_rate from;
  request_rate to;
  friend bool operator==(rate_stage const&, rate_stage const&) = default;
};

/// The offered rate over the time of a run, piecewise linear, and its integral: the number of arrivals due up to a
/// moment. Stages are half open: the end of one belongs to the next. An immutable value.
class rate_curve {
 public:
  /// @param stages  durations not below zero; the integral of the whole is above zero. Readers of user input reject
  ///                anything else before this is built.
  explicit rate_curve(std::vector<rate_stage> const& stages);

  nanoseconds length() const;                  ///< sum of the stages
  double total() const;                        ///< integral over the whole length, in arrivals
  request_rate at(nanoseconds offset) const;   ///< zero before the start, and from length() on
  double until(nanoseconds offset) const;      ///< integral from 0 to `offset`, in arrivals
  nanoseconds time_of(double arrivals) const;  ///< inverse of until(); length() for total() and more

  /// The same for calls with arguments that never decrease: starts the search at `stage`, which it moves on.
  /// @param arrivals  in [0, total())
  nanoseconds time_of(double arrivals, std::size_t& stage) const;

 private:
  struct piece {
    nanoseconds begin, duration;
    double arrivals_before, arrivals_after;  ///< integral at its begin and end
    double from, to;                         ///< per second
    double slope;                            ///< per second, gained in a second
  };
  static nanoseconds time_within(piece const& in, double arrivals);
  piece const* piece_at(nanoseconds offset) const;

  std::vector<piece> pieces_;
};

inline nanoseconds rate_curve::time_of(double arrivals, std::size_t& stage) const {
  while (arrivals >= pieces_[stage].arrivals_after) ++stage;
  return time_within(pieces_[stage], arrivals);
}

}  // namespace holdfast::load
