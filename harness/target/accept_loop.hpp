#pragma once

#include <cstdint>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "target/listener.hpp"

namespace holdfast::target {

class connection;
class worker;

/// Accepts the connections of one listening socket, and closes that socket while the server shall refuse. Used on its
/// worker's thread only.
class accept_loop {
 public:
  accept_loop(worker& owner, listener source);
  void start();
  void stop();

 private:
  using acceptor =
      boost::asio::basic_socket_acceptor<boost::asio::generic::stream_protocol, boost::asio::io_context::executor_type>;

  void open(listener source);
  void accept();
  void on_accepted(connection& c, boost::system::error_code ec);
  void pause();
  void plan_refusal();
  void begin_refusal();
  void end_refusal();

  worker& owner_;
  listen_address at_;
  acceptor acceptor_;
  boost::asio::steady_timer retry_timer_;
  boost::asio::steady_timer refusal_timer_;
  bool is_stopping_ = false;
};

}  // namespace holdfast::target
