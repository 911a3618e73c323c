#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <memory>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace holdfast::net {

/// For co_await: the error is part of what comes back.
inline constexpr auto no_throw = boost::asio::as_tuple(boost::asio::use_awaitable);

/// A server's side of a connection, encrypted or not, behind one interface: what reads and writes messages is then
/// compiled once, not for each kind of stream with Beast's algorithms inside it.
class server_stream {
 public:
  struct received {
    boost::system::error_code error;
    std::size_t bytes = 0;
  };
  using pieces = std::array<boost::asio::const_buffer, 2>;

  virtual ~server_stream() = default;
  /// TLS: the handshake. Without: nothing.
  virtual boost::asio::awaitable<boost::system::error_code> begin() = 0;
  virtual boost::asio::awaitable<received> read_some(boost::asio::mutable_buffer into) = 0;
  virtual boost::asio::awaitable<boost::system::error_code> write(pieces what) = 0;
  /// Tells the peer that nothing more comes; what it still sends can be read with read_raw().
  virtual boost::asio::awaitable<void> end() = 0;
  virtual boost::asio::awaitable<received> read_raw(boost::asio::mutable_buffer into) = 0;

  /// For everything that begins from now on; what is not done by then fails.
  virtual void expires_after(std::chrono::nanoseconds limit) = 0;
  virtual void expires_never() = 0;
};

/// @param tls  null for a plain connection; outlives the stream
std::unique_ptr<server_stream> make_server_stream(boost::asio::ip::tcp::socket socket, boost::asio::ssl::context* tls);

}  // namespace holdfast::net
