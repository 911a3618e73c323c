#pragma once

#include <cstdint>

#include "core/clock.hpp"

namespace holdfast::cluster {

/// What the proxy has done and cost since it was started.
struct proxy_usage {
  nanoseconds cpu{};                   ///< user and system time of its thread
  nanoseconds running{};               ///< since its start
  std::uint64_t accepted = 0;          ///< connections
  std::uint64_t open = 0;              ///< connections now
  std::uint64_t most_open = 0;         ///< most of them at the same time
  std::uint64_t bytes_to_pods = 0;     ///< passed on
  std::uint64_t bytes_to_clients = 0;  ///< passed on
  std::uint64_t failed = 0;            ///< connections without a pod: refused, no endpoint, no descriptors
  std::uint64_t held_bytes = 0;        ///< in memory now, because a receiver or a fault is slow
  std::uint64_t most_held_bytes = 0;   ///<
  std::uint64_t pauses = 0;            ///< times that accepting waited for descriptors or for connections to end
};

}  // namespace holdfast::cluster
