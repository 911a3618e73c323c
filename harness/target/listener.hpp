#pragma once

#include <utility>

#include "core/result.hpp"
#include "target/listen_address.hpp"

namespace holdfast::target {

/// A listening socket. Move-only owner of its descriptor.
class listener {
 public:
  /// Binds and listens. For TCP with SO_REUSEPORT, so that each thread can have one of its own, and TCP_NODELAY, which
  /// accepted sockets inherit. A unix socket file that nobody listens on is replaced.
  /// @error  what the system says: address_in_use, access denied, address not available, ...
  static result<listener> open(listen_address const& at);

  listener(listener&& other) noexcept : fd_{std::exchange(other.fd_, -1)}, at_{std::move(other.at_)} {}
  listener& operator=(listener&& other) noexcept;
  ~listener();

  /// Another descriptor for the same socket: how threads share a unix socket.
  result<listener> duplicate() const;

  listen_address const& at() const { return at_; }  ///< with the port that the system chose
  int family() const;
  int release() { return std::exchange(fd_, -1); }

 private:
  listener(int fd, listen_address at) : fd_{fd}, at_{std::move(at)} {}
  int fd_ = -1;
  listen_address at_;
};

}  // namespace holdfast::target
