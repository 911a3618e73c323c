#include "cluster/node/handler_runner.hpp"

#include <algorithm>
#include <stdexcept>

#include <boost/asio/steady_timer.hpp>

#include "cluster/node/handler_attempts.hpp"

namespace holdfast::cluster {

namespace asio = boost::asio;

namespace {

class sleep_attempt : public std::enable_shared_from_this<sleep_attempt> {
 public:
  sleep_attempt(asio::any_io_executor const& executor, handler_callback on_result)
      : timer_{executor}, on_result_{std::move(on_result)} {}

  void start(nanoseconds length, nanoseconds limit) {
    timer_.expires_after(std::min(length, limit));
    timer_.async_wait([weak = weak_from_this(), fits = length <= limit](boost::system::error_code ec) {
      auto const self = weak.lock();
      if (!self || ec) return;
      self->on_result_(fits ? handler_result{.outcome = handler_outcome::success}
                            : handler_result{.outcome = handler_outcome::failure, .message = "sleep was cut short"});
    });
  }
  void give_up() { timer_.cancel(); }

 private:
  asio::steady_timer timer_;
  handler_callback on_result_;
};

}  // namespace

std::unique_ptr<running_handler> start_sleep(asio::any_io_executor const& executor, sleep_action const& action,
                                             nanoseconds limit, handler_callback on_result) {
  auto attempt = std::make_shared<sleep_attempt>(executor, std::move(on_result));
  attempt->start(action.length, limit);
  return std::make_unique<attempt_handle<sleep_attempt>>(std::move(attempt));
}

handler_runner::handler_runner(asio::any_io_executor executor, process_runtime& processes, std::string user_agent)
    : executor_{std::move(executor)}, processes_{processes}, user_agent_{std::move(user_agent)} {
  auto context =
      net::make_tls_context({.verify = net::peer_verification::off, .resumption = net::session_resumption::off});
  if (!context) throw std::runtime_error{"no TLS for probes: " + to_string(context.error())};
  tls_ = std::move(*context);
}

std::unique_ptr<running_handler> handler_runner::run(handler_action const& action, exec_place const& place,
                                                     nanoseconds limit, handler_callback on_result) {
  if (auto const* const http = std::get_if<http_get_action>(&action)) {
    return start_http_get(executor_, *http, user_agent_, *tls_, limit, std::move(on_result));
  }
  if (auto const* const tcp = std::get_if<tcp_socket_action>(&action)) {
    return start_tcp_socket(executor_, *tcp, limit, std::move(on_result));
  }
  if (auto const* const exec = std::get_if<exec_action>(&action)) {
    return start_exec(executor_, processes_, *exec, place, limit, std::move(on_result));
  }
  return start_sleep(executor_, std::get<sleep_action>(action), limit, std::move(on_result));
}

}  // namespace holdfast::cluster
