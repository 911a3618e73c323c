#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "kit/testing/service_process.hpp"

namespace holdfast::kit {

/// The wall clock of the processes that get its variables: set forth and back while they run. Their monotonic clock
/// goes on, as when somebody sets the date of a machine.
class wall_clock_shift {
 public:
  /// @param file  made for it, on a file system that can be mapped
  explicit wall_clock_shift(std::string const& file);
  ~wall_clock_shift();
  wall_clock_shift(wall_clock_shift const&) = delete;
  wall_clock_shift& operator=(wall_clock_shift const&) = delete;

  service_process::environment variables() const;
  void set(std::chrono::seconds off);  ///< from the true time

 private:
  std::string file_;
  std::int64_t* shift_ = nullptr;
};

}  // namespace holdfast::kit
