#pragma once

#include <cstdint>

#include "core/clock.hpp"

namespace holdfast::gateway {

/// How much longer to wait for a client that sends a body. A pause has its limit; and all pauses together have one that
/// grows with what came, so that a byte now and then does not hold a backend for ever. A decision: no socket, no clock.
class body_patience {
 public:
  /// @param pause       longest wait for more of the body
  /// @param least_rate  bytes a second of waiting, on average, once a `pause` has been waited in all; 0: any
  body_patience(nanoseconds pause, std::uint64_t least_rate) : pause_{pause}, least_rate_{least_rate} {}

  /// Time in which the backend took its time does not count: the client was not waited for then.
  void came(std::uint64_t bytes, nanoseconds waited);
  /// Until the client is too slow; at least nothing.
  nanoseconds left() const;

 private:
  nanoseconds pause_;
  std::uint64_t least_rate_;
  std::uint64_t bytes_ = 0;
  nanoseconds waited_{};
};

}  // namespace holdfast::gateway
