#include "gateway/body_patience.hpp"

#include <algorithm>

namespace holdfast::gateway {

void body_patience::came(std::uint64_t bytes, nanoseconds waited) {
  bytes_ += bytes;
  waited_ += waited;
}

nanoseconds body_patience::left() const {
  if (least_rate_ == 0) return pause_;
  auto const seconds_earned = static_cast<double>(bytes_) / static_cast<double>(least_rate_);
  auto const all = in_seconds(pause_) + seconds_earned - in_seconds(waited_);
  if (all >= in_seconds(pause_)) return pause_;
  return std::max(nanoseconds{0}, from_seconds(all));
}

}  // namespace holdfast::gateway
