#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "cluster/node/handler_attempts.hpp"

namespace holdfast::cluster {

/// The address in "127.5.16.1", "::1" or "localhost"; other names are not looked up: that could block.
std::optional<boost::asio::ip::address> address_of(std::string const& host);

/// Go's words, which the kubelet shows: "connection refused", "i/o timeout".
std::string in_go_words(boost::system::error_code const& why);

/// "127.5.16.1:8080", "[::1]:8080".
std::string host_and_port(std::string const& host, std::uint16_t port);

/// One connection with a limit of time, its result told once: what tcpSocket and httpGet have in common.
class tcp_attempt : public std::enable_shared_from_this<tcp_attempt> {
 public:
  tcp_attempt(boost::asio::any_io_executor const& executor, handler_callback on_result);
  virtual ~tcp_attempt() = default;
  void start(nanoseconds limit);
  void give_up();

 protected:
  /// What to do first; runs from the event loop.
  virtual void begin() = 0;
  virtual void connected() = 0;
  /// What a timeout is called at this point.
  virtual std::string timeout_message() const = 0;
  virtual std::string connect_failure(std::string const& why) const = 0;
  void connect(std::string const& host, std::uint16_t port);
  void tell(handler_outcome outcome, std::string message = {});
  bool is_over() const { return on_result_ == nullptr; }

  boost::asio::ip::tcp::socket socket_;

 private:
  boost::asio::steady_timer timer_;
  handler_callback on_result_;
};

}  // namespace holdfast::cluster
