#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/proxy/connection_record.hpp"
#include "cluster/proxy/ipv4_endpoint.hpp"
#include "cluster/proxy/socket.hpp"
#include "core/clock.hpp"

namespace holdfast::cluster {

constexpr std::uint32_t loopback_address = 0x7F000001;

/// How a test's connection was found to be.
enum class seen { bytes, end, reset, nothing };

/// A blocking connection for tests. Never waits longer than five seconds, unless told otherwise.
class test_connection {
 public:
  test_connection() = default;
  explicit test_connection(unique_descriptor socket);

  bool is_open() const { return socket_.is_open(); }
  int error() const { return error_; }  ///< errno of the connect
  int descriptor() const { return socket_.get(); }
  void send(std::string_view bytes);
  std::size_t send_some(std::size_t bytes);                   ///< without waiting; how many went
  std::string receive(std::size_t bytes);                     ///< so many, or fewer at the end
  seen next(nanoseconds patience = std::chrono::seconds{5});  ///< waits for what comes next, without taking it
  std::size_t receive_all();                                  ///< to the end; how many
  void finish();                                              ///< FIN
  void reset() { socket_.reset(); }
  void close() { socket_.close(); }
  std::uint32_t peer_address() const;

  friend test_connection connect_to(ipv4_endpoint const& at, std::uint32_t from, nanoseconds patience);

 private:
  unique_descriptor socket_;
  int error_ = 0;
};

test_connection connect_to(ipv4_endpoint const& at, std::uint32_t from = 0,
                           nanoseconds patience = std::chrono::seconds{5});

/// What listens behind the proxy.
class test_pod {
 public:
  explicit test_pod(std::string name);
  ipv4_endpoint const& at() const { return at_; }
  std::string const& name() const { return name_; }
  test_connection accept(nanoseconds patience = std::chrono::seconds{5});
  void stop_listening() { socket_.close(); }

 private:
  std::string name_;
  unique_descriptor socket_;
  ipv4_endpoint at_;
};

/// Keeps what the proxy tells, and waits for it.
class test_sink : public proxy_sink {
 public:
  void on_connections(std::vector<connection_record> ended) override;
  void on_event(proxy_event event) override;
  /// The first `count` records, in the order of their end; fewer after five seconds.
  std::vector<connection_record> records(std::size_t count);
  std::optional<proxy_event> event(proxy_event::kind what);  ///< the first of its kind; nothing after five seconds

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<connection_record> records_;
  std::vector<proxy_event> events_;
};

}  // namespace holdfast::cluster
