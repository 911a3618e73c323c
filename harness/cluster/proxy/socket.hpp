#pragma once

#include <cstdint>
#include <utility>

#include <boost/system/error_code.hpp>

#include "cluster/proxy/ipv4_endpoint.hpp"
#include "core/result.hpp"

namespace holdfast::cluster {

/// Owner of a descriptor.
class unique_descriptor {
 public:
  unique_descriptor() = default;
  explicit unique_descriptor(int fd) : fd_{fd} {}
  unique_descriptor(unique_descriptor&& other) noexcept : fd_{std::exchange(other.fd_, -1)} {}
  unique_descriptor& operator=(unique_descriptor&& other) noexcept;
  ~unique_descriptor() { close(); }

  int get() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }
  void close();  ///< FIN, or RST when bytes are unread
  void reset();  ///< RST
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_ = -1;
};

/// A TCP socket that does not block and is not inherited by child processes.
result<unique_descriptor> open_tcp_socket();

/// Starts to connect; done when the socket becomes writable.
/// @param from  source address; 0: the system's choice
result<unique_descriptor> start_connect(ipv4_endpoint const& to, std::uint32_t from = 0);

boost::system::error_code pending_error(int descriptor);  ///< SO_ERROR
ipv4_endpoint local_endpoint(int descriptor);
bool is_out_of_descriptors(boost::system::error_code ec);  ///< EMFILE, ENFILE, ENOBUFS, ENOMEM

}  // namespace holdfast::cluster
