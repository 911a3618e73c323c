#pragma once

#include <cstdint>
#include <string>

namespace holdfast::kit {

struct event_log_settings {
  std::string folder;            ///< made when missing; `events.db` in it
  std::uint32_t partitions = 4;  ///< of a topic when it is first used; kept afterwards
  bool survives_power_loss = false;
  /// A missing file was there before: it is waited for, not made anew. This process knows what it has seen itself; what
  /// earlier ones have seen, has_had_log() tells.
  bool is_known = false;
};

}  // namespace holdfast::kit
