#pragma once

#include <cstdint>
#include <optional>

#include "core/clock.hpp"
#include "load/interval_record.hpp"
#include "load/load_settings.hpp"

namespace holdfast::report {

/// When the settings themselves end the load; nothing when a number of requests does.
std::optional<nanoseconds> planned_length(load::load_settings const& settings);

/// Requests that came to their end while load was being offered, and how long that was. The time after the last start,
/// in which requests in flight only run out, would make a throughput too small, and counting what ends then over the
/// shorter time too large: so both stop at the last interval that ended within the planned length. Without a planned
/// length, or in a run of less than a second, it is the whole run.
class load_window {
 public:
  explicit load_window(std::optional<nanoseconds> planned) : planned_{planned} {}

  void begin(time_point start) { start_ = start; }
  void add(load::interval_record const& interval);

  struct figures {
    nanoseconds length{};
    std::uint64_t completed = 0;
    std::uint64_t ok = 0;
  };
  figures const& so_far() const { return inside_.length > nanoseconds{0} ? inside_ : whole_; }

 private:
  static void extend(figures& to, load::interval_record const& by, nanoseconds until);

  std::optional<nanoseconds> planned_;
  time_point start_;
  figures inside_;
  figures whole_;
};

}  // namespace holdfast::report
