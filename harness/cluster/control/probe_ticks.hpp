#pragma once

#include "core/clock.hpp"

namespace holdfast::cluster {

/// When the attempts of one probe worker begin: one when it is made, then one a period from there. Attempts never
/// overlap; when one took longer than the period the next begins right after it, and only one is made up for.
class probe_ticks {
 public:
  probe_ticks(time_point created, nanoseconds period) : next_{created}, period_{period} {}

  /// Start of the next attempt; `idle_since` is the end of the one before.
  time_point next(time_point idle_since) const { return idle_since > next_ ? idle_since : next_; }

  /// An attempt begins at `now`: the tick is used, together with those that passed unnoticed.
  void begin(time_point now) {
    next_ += period_;
    if (now < next_) return;
    next_ += period_ * ((now - next_) / period_ + 1);
  }

 private:
  time_point next_;
  nanoseconds period_;
};

}  // namespace holdfast::cluster
