#include "cluster/node/tcp_attempt.hpp"

#include <boost/asio/post.hpp>
#include <fmt/format.h>

namespace holdfast::cluster {

namespace asio = boost::asio;
using boost::system::error_code;

std::optional<asio::ip::address> address_of(std::string const& host) {
  error_code ec;
  auto const address = asio::ip::make_address(host == "localhost" ? "127.0.0.1" : host, ec);
  return ec ? std::nullopt : std::optional{address};
}

std::string in_go_words(error_code const& why) {
  namespace errors = asio::error;
  if (why == errors::connection_refused) return "connect: connection refused";
  if (why == errors::connection_reset) return "read: connection reset by peer";
  if (why == errors::network_unreachable) return "connect: network is unreachable";
  if (why == errors::host_unreachable) return "connect: no route to host";
  if (why == errors::eof) return "EOF";
  return why.message();
}

std::string host_and_port(std::string const& host, std::uint16_t port) {
  return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port) : fmt::format("[{}]:{}", host, port);
}

tcp_attempt::tcp_attempt(asio::any_io_executor const& executor, handler_callback on_result)
    : socket_{executor}, timer_{executor}, on_result_{std::move(on_result)} {}

void tcp_attempt::start(nanoseconds limit) {
  timer_.expires_after(limit);
  timer_.async_wait([weak = weak_from_this()](error_code ec) {
    auto const self = weak.lock();
    if (self && !ec) self->tell(handler_outcome::failure, self->timeout_message());
  });
  asio::post(socket_.get_executor(), [weak = weak_from_this()] {
    auto const self = weak.lock();
    if (self && !self->is_over()) self->begin();
  });
}

void tcp_attempt::give_up() {
  on_result_ = nullptr;
  timer_.cancel();
  error_code ignored;
  socket_.close(ignored);
}

void tcp_attempt::connect(std::string const& host, std::uint16_t port) {
  auto const address = address_of(host);
  if (!address) {
    return tell(handler_outcome::not_run, fmt::format("\"{}\" is no address: names are not looked up here", host));
  }
  // What a port's name became that the container does not have.
  if (port == 0) return tell(handler_outcome::not_run, "invalid port number: 0");
  error_code ignored;
  socket_.close(ignored);
  socket_.async_connect({*address, port}, [weak = weak_from_this()](error_code ec) {
    auto const self = weak.lock();
    if (!self || self->is_over()) return;
    if (!ec) return self->connected();
    // Our own shortage says nothing of the target.
    bool const ours = ec == asio::error::no_descriptors || ec == boost::system::errc::too_many_files_open_in_system ||
                      ec == boost::system::errc::address_not_available;
    self->tell(ours ? handler_outcome::not_run : handler_outcome::failure, self->connect_failure(in_go_words(ec)));
  });
}

void tcp_attempt::tell(handler_outcome outcome, std::string message) {
  if (is_over()) return;
  auto const on_result = std::exchange(on_result_, nullptr);
  give_up();
  on_result({.outcome = outcome, .message = std::move(message)});
}

namespace {

class tcp_socket_attempt final : public tcp_attempt {
 public:
  tcp_socket_attempt(asio::any_io_executor const& executor, tcp_socket_action action, handler_callback on_result)
      : tcp_attempt{executor, std::move(on_result)}, action_{std::move(action)} {}

 private:
  void begin() override { connect(action_.host, action_.port); }
  void connected() override { tell(handler_outcome::success); }
  std::string timeout_message() const override { return connect_failure("i/o timeout"); }
  std::string connect_failure(std::string const& why) const override {
    return fmt::format("dial tcp {}: {}", host_and_port(action_.host, action_.port), why);
  }
  tcp_socket_action action_;
};

}  // namespace

std::unique_ptr<running_handler> start_tcp_socket(asio::any_io_executor const& executor,
                                                  tcp_socket_action const& action, nanoseconds limit,
                                                  handler_callback on_result) {
  auto attempt = std::make_shared<tcp_socket_attempt>(executor, action, std::move(on_result));
  attempt->start(limit);
  return std::make_unique<attempt_handle<tcp_attempt>>(std::move(attempt));
}

}  // namespace holdfast::cluster
