#pragma once

#include "core/clock.hpp"
#include "core/units.hpp"

namespace holdfast::load {

/// How a shard's clock wakes it for arrivals.
struct pace {
  bool is_periodic = false;  ///< ticks without re-arming; else one alarm for each arrival
  nanoseconds period{};
};

/// An alarm for each arrival is exact and costs two system calls. Above 5,000 arrivals a second these would outweigh
/// the requests: a tick every 50 us, which needs no re-arming, starts each request 25 us late on average instead.
constexpr pace pace_for(request_rate rate) {
  constexpr double alarms_per_second = 5000;
  if (rate.per_second() <= alarms_per_second) return {};
  return {.is_periodic = true, .period = std::chrono::microseconds{50}};
}

}  // namespace holdfast::load
