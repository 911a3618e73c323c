#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/clock.hpp"

namespace holdfast::cluster {

/// Platform time, on which all control loops run: real (scale 1), faster (scale k), or virtual (whoever owns the loop
/// tells any time it likes). Stamps of objects are wall time, so that the ages that clients show are real ones; a
/// second of platform time is then 1/scale seconds between two stamps.
///
/// Both clocks meet at an origin and never apart from it: a wall clock that is set does not move the control loops.
class cluster_clock {
 public:
  struct origin {
    time_point steady{};  ///< platform time begins with the same number
    wall_time wall{};
  };
  static constexpr double least_scale = 0.01;  ///< below it a stamp's microsecond would not survive the way and back
  static constexpr double greatest_scale = 100'000;

  /// @param scale  between least_scale and greatest_scale; the profile's validation rejects anything else before
  explicit cluster_clock(origin begin, double scale = 1);
  /// Both clocks begin at their zero.
  cluster_clock();

  double scale() const { return scale_; }

  time_point platform_at(time_point steady) const;
  time_point steady_at(time_point platform) const;
  /// To the nearest microsecond: the same stamp comes out again after platform_of.
  wall_time wall_at(time_point platform) const;
  time_point platform_of(wall_time wall) const;

  /// As objects carry it: RFC 3339, to the microsecond.
  std::string stamp_at(time_point platform) const;
  /// Nothing when the text is no stamp.
  std::optional<time_point> platform_of_stamp(std::string_view stamp) const;

 private:
  origin origin_;
  double scale_;
};

}  // namespace holdfast::cluster
