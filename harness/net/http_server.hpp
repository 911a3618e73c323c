#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "core/result.hpp"

namespace holdfast::net {

/// A request that has arrived whole. Header values are what the peer sent: anything.
struct http_request {
  std::string method;
  std::string target;  ///< path and query, still escaped
  std::string content_type;
  std::string accept;
  std::string authorization;
  std::string body;
};

struct http_answer {
  unsigned status = 200;
  std::string content_type = "application/json";
  std::string body{};
  std::vector<std::pair<std::string, std::string>> headers{};
};

/// A body whose end is not known: sent in chunks as it comes, each when the peer has taken the one before. It is the
/// last of its connection.
class http_stream {
 public:
  virtual ~http_stream() = default;
  /// The next piece, never an empty one; nothing at the end. Cancelled when the peer has gone or the server stops. A
  /// stream that throws is cut off, so that the peer sees that it is not whole.
  virtual boost::asio::awaitable<std::optional<std::string>> next() = 0;
};

struct http_reply {
  http_answer answer{};
  std::unique_ptr<http_stream> stream{};  ///< instead of the answer's body
};

/// Called for every request, on the server's executor. Must not throw.
using http_handler = std::function<http_reply(http_request const& request)>;

struct http_server_limits {
  std::size_t header_bytes = 64UL * 1024;      ///< beyond: 431
  std::size_t body_bytes = 3UL * 1024 * 1024;  ///< beyond: 413
  std::size_t connections = 512;               ///< beyond: closed at once
  std::chrono::seconds request{30};  ///< for a request to arrive whole from its first byte, and an answer to leave
  std::chrono::seconds idle{300};    ///< between two requests
};

/// What a server shows to its clients, both PEM.
struct http_server_certificate {
  std::string certificate;
  std::string key;
};

/// A small HTTP/1.1 server for control, not for load: one coroutine a connection, on one executor.
class http_server {
 public:
  /// Bound and listening, or why not. With a certificate over TLS alone.
  static result<std::unique_ptr<http_server>> start(boost::asio::any_io_executor executor,
                                                    boost::asio::ip::tcp::endpoint const& at, http_handler handler,
                                                    http_server_limits limits = {},
                                                    std::optional<http_server_certificate> const& shown = {});
  virtual ~http_server() = default;
  virtual boost::asio::ip::tcp::endpoint endpoint() const = 0;
  /// Closes every connection at once and waits until nothing of it runs. Before destruction.
  virtual boost::asio::awaitable<void> stop() = 0;
};

}  // namespace holdfast::net
