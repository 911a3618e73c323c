#pragma once

#include <array>
#include <cstdint>
#include <string>

#include <boost/asio/buffer.hpp>

namespace holdfast::gateway {

/// How the end of a body is told on the connection that it goes out on.
enum class body_framing : std::uint8_t { none, length, chunked, until_close };

/// A message on its way out: a head once, and the body in pieces of which each becomes one chunk where chunks are due.
class outgoing_message {
 public:
  using pieces = std::array<boost::asio::const_buffer, 3>;

  std::string head;  ///< sent in front of the next piece, then empty
  std::string body;  ///< the next piece
  body_framing framing = body_framing::none;

  /// What to write now: valid until anything here changes. @param is_last  nothing of the body will follow
  pieces next(bool is_last);
  /// The piece was written: makes room for the next one, with the memory of this one unless it was big.
  void written();
  /// Begins another message.
  void clear();
};

}  // namespace holdfast::gateway
