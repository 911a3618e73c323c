#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/clock.hpp"

namespace holdfast::target {

/// Bytes that outlive every connection (rendered at the start).
struct send_fixed {
  std::string_view bytes;
};
struct send_text {
  std::string bytes;
};
/// The filler pattern (see filler()), this many bytes of it.
struct send_filler {
  std::uint64_t bytes = 0;
};
/// A few bytes at a time, with a pause after each.
struct send_paced {
  std::string bytes;
  std::size_t piece = 1;
  nanoseconds pause{};
};
/// The same bytes over and over until the peer goes away.
struct send_forever {
  std::string bytes;
};
struct wait_for {
  nanoseconds length{};
};

using step = std::variant<send_fixed, send_text, send_filler, send_paced, send_forever, wait_for>;

/// What becomes of the connection after the last step.
enum class ending : std::uint8_t {
  keep,
  close,  ///< orderly, after what the peer sent has been read
  reset,  ///< RST
  stall,  ///< stays open and silent
};

/// Everything the target does about one request. A value, made by pure functions; a connection carries it out.
struct answer {
  std::uint16_t status = 0;  ///< 0 when no valid status line is ever sent
  std::vector<step> steps;
  ending end = ending::keep;
};

/// `bytes` of the filler pattern from position `offset` on, at most 64 KiB at a time: lines of 64 printable characters.
std::string_view filler(std::uint64_t offset, std::uint64_t bytes);

}  // namespace holdfast::target
