#include "cluster/controllers/cluster_clock.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "cluster/objects/object_meta.hpp"

namespace holdfast::cluster {
namespace {

/// Exact for a factor of 1; else to the nearest nanosecond, with enough digits for centuries. A probe may ask for a
/// period of 68 years, which a slow clock makes longer than a time point can say: such a time never comes.
nanoseconds times(nanoseconds span, long double factor) {
  constexpr auto most = static_cast<long double>(nanoseconds::max().count() / 2);  // 146 years; leaves room for sums
  return nanoseconds{std::llround(std::clamp(static_cast<long double>(span.count()) * factor, -most, most))};
}

}  // namespace

cluster_clock::cluster_clock(origin begin, double scale) : origin_{begin}, scale_{scale} {
  assert(scale >= least_scale && scale <= greatest_scale && "a scale that validation should have rejected");
}

cluster_clock::cluster_clock() : cluster_clock{origin{}} {}

time_point cluster_clock::platform_at(time_point steady) const {
  return origin_.steady + times(steady - origin_.steady, scale_);
}

time_point cluster_clock::steady_at(time_point platform) const {
  return origin_.steady + times(platform - origin_.steady, 1.0L / scale_);
}

wall_time cluster_clock::wall_at(time_point platform) const {
  auto const exact =
      origin_.wall + std::chrono::duration_cast<wall_time::duration>(steady_at(platform) - origin_.steady);
  return wall_time{std::chrono::round<std::chrono::microseconds>(exact.time_since_epoch())};
}

time_point cluster_clock::platform_of(wall_time wall) const {
  return origin_.steady + times(wall - origin_.wall, scale_);
}

std::string cluster_clock::stamp_at(time_point platform) const { return stamp_of(wall_at(platform)); }

std::optional<time_point> cluster_clock::platform_of_stamp(std::string_view stamp) const {
  auto const wall = parse_stamp(stamp);
  if (!wall) return std::nullopt;
  return platform_of(*wall);
}

}  // namespace holdfast::cluster
