#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "net/response_scanner.hpp"

namespace holdfast::net {

/// Why an exchange brought no whole answer. Limits of time are the owner's business, so no timeout is here.
enum class exchange_failure : std::uint8_t {
  resolve,
  connect,
  own_limit,  ///< no connect was tried: this machine has no descriptor, port or memory left
  tls,
  reset,
  closed_early,
  malformed
};

/// One request to put on a connection.
struct exchange_request {
  std::string_view bytes;    ///< head and body; must stay valid until the exchange ends
  bool is_head = false;      ///< the answer has no body
  bool collect = false;      ///< keep header fields and body for the owner
  bool close_after = false;  ///< do not keep the connection, whatever the answer says
};

class client_connection;

/// Receives what happens on a connection. Never called from inside send(), so that an owner may send again from a
/// callback.
class connection_events {
 public:
  virtual ~connection_events() = default;
  /// Connected and, with TLS, shaken hands: the request is on its way. Only for exchanges that opened the connection;
  /// may come from inside send().
  virtual void on_connected(client_connection& on) = 0;
  /// A running exchange begins again on a new connection, and waits for that one now. Only on a pipeline.
  virtual void on_reconnecting(client_connection&, time_point) {}
  /// The answer is whole. `scanner` is valid during the call only.
  virtual void on_answer(client_connection& on, response_scanner const& scanner, time_point at) = 0;
  virtual void on_failure(client_connection& on, exchange_failure why, std::string_view detail, time_point at) = 0;
};

/// A client's connection to one origin: opens itself when needed, one exchange after the other. HTTP/1.1 today; a
/// protocol with streams would hand out one object a stream behind the same interface. Used by its shard's thread only.
class client_connection {
 public:
  virtual ~client_connection() = default;
  /// Starts an exchange: on the open connection, else on a new one. Not while another is running.
  virtual void send(exchange_request const& request) = 0;
  /// Gives the running exchange up and closes; no event follows.
  virtual void abandon() = 0;
  /// Open and able to carry another exchange.
  virtual bool is_open() const = 0;
  /// Number of the connection in its shard, a new one at each opening; 0 before the first.
  virtual std::uint64_t connection_id() const = 0;
  /// "127.0.0.1:8080": the address of the current or last connection; empty before the first.
  virtual std::string peer() const = 0;
  /// Bytes taken from the kernel on all of its connections, heads and framing included.
  virtual std::uint64_t bytes_received() const = 0;
  /// Bytes handed to the kernel on all of its connections.
  virtual std::uint64_t bytes_sent() const = 0;
};

}  // namespace holdfast::net
