#pragma once

#include <cstdint>
#include <optional>

#include "core/clock.hpp"

namespace holdfast::cluster {

/// How a stream of bytes ends.
enum class flow_end : std::uint8_t {
  finish,  ///< FIN
  reset,   ///< RST, to both sides
};

/// What goes on at one moment.
struct flow_step {
  std::uint64_t forward = 0;       ///< so many of the held bytes
  std::optional<flow_end> end{};   ///< behind them the stream ends; what is still held, or comes later, is dropped
  std::optional<time_point> next;  ///< ask again then; nothing: not before something comes
};

/// One fault on one direction of one connection: a state machine over times and numbers of bytes. It decides how many
/// of the bytes that came may go on, and when; it sees no bytes, sockets or clocks.
class flow_fault {
 public:
  virtual ~flow_fault() = default;
  virtual void on_bytes(std::uint64_t count, time_point now) = 0;  ///< more have come; count > 0
  virtual void on_end(time_point now) = 0;                         ///< no more will come: the sender's FIN
  virtual flow_step step(time_point now) = 0;                      ///< what step() forwards is no longer held
};

}  // namespace holdfast::cluster
