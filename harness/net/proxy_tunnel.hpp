#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "net/origin.hpp"
#include "net/response_scanner.hpp"

namespace holdfast::net {

enum class tunnel_state : std::uint8_t { asking, open, refused };

/// What opens a tunnel through an HTTP proxy (RFC 9110, 9.3.6), apart from any socket: send request(), feed what the
/// proxy says until it is open; what comes behind that belongs to the origin.
class proxy_tunnel {
 public:
  /// `to.proxy` must be set.
  proxy_tunnel(origin const& to, scan_limits const& limits);

  std::string_view request() const { return request_; }
  /// How many of the bytes were the proxy's answer; the rest is the origin's.
  std::size_t feed(std::span<char const> bytes);
  tunnel_state state() const { return state_; }
  /// Why it was refused: "the proxy answered CONNECT with status 407".
  std::string const& problem() const { return problem_; }

 private:
  std::string request_;
  std::string problem_;
  response_scanner scanner_;
  tunnel_state state_ = tunnel_state::asking;
};

}  // namespace holdfast::net
