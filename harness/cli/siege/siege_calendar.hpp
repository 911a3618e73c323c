#pragma once

#include <chrono>

#include "core/clock.hpp"

namespace holdfast::cli {

/// How monotonic time relates to the calendar in this run: both were read at the same moment. Lets lines carry dates
/// and cookies expire without anybody reading a clock.
struct siege_calendar {
  time_point steady;
  wall_time wall;

  wall_time at(time_point moment) const {
    return wall + std::chrono::duration_cast<wall_time::duration>(moment - steady);
  }
};

}  // namespace holdfast::cli
