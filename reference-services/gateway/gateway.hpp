#pragma once

#include <cstdint>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "gateway/gateway_core.hpp"
#include "kit/http/task_group.hpp"

namespace holdfast::gateway {

/// The gateway from its start to its end: HTTP/1.1 on one thread, a session for each client's connection, routed to the
/// backends of the settings. Everything on the context's thread.
class gateway {
 public:
  gateway(boost::asio::io_context& context, settings told);

  /// Listens after the start-up delay, serves until stop(), drains: readiness fails at once, accepting ends after the
  /// drain delay, requests in work may end for the grace time. The exit code.
  /// @throws boost::system::system_error  when the address cannot be listened on
  boost::asio::awaitable<int> run();
  /// Begins the end; at any time. A second time: accepting ends without the delay.
  void stop();
  std::uint16_t port() const { return port_; }  ///< 0 until it listens

 private:
  boost::asio::awaitable<void> accept(boost::asio::ip::tcp::acceptor& from);
  void admit(boost::asio::ip::tcp::socket socket, boost::asio::ip::tcp::endpoint const& peer);
  boost::asio::awaitable<void> sweep();
  boost::asio::awaitable<bool> wait_for_stop(nanoseconds at_most);
  boost::asio::awaitable<void> drain(boost::asio::ip::tcp::acceptor& listening);

  gateway_core core_;
  kit::task_group sessions_, chores_;
  boost::asio::steady_timer stopping_, sweep_timer_, accept_pause_;
  std::uint16_t port_ = 0;
  bool is_stopping_ = false;
  bool is_over_ = false;
};

/// main(): the exit code is 0 after a drain, 2 for wrong settings, 3 when it could not run.
int run_gateway(int argc, char const* const* argv);

}  // namespace holdfast::gateway
