#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include "kit/http/acceptor.hpp"
#include "kit/http/answer_text.hpp"
#include "kit/http/connection.hpp"
#include "kit/http/server.hpp"
#include "kit/http/task_group.hpp"

namespace holdfast::kit {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

// So many connections above the limit get a 503 that arrives for sure; further ones are closed without a word.
constexpr std::size_t room_for_refusals = 64;
constexpr nanoseconds longest_sweep_interval = std::chrono::milliseconds{100};
constexpr nanoseconds pause_without_descriptors = std::chrono::milliseconds{50};

nanoseconds sweep_interval(server_limits const& limits) {
  auto const shortest =
      std::min({limits.header_time, limits.body_time, limits.idle_time, limits.write_time, limits.linger_time});
  return std::clamp<nanoseconds>(shortest / 4, std::chrono::milliseconds{1}, longest_sweep_interval);
}

asio::awaitable<void> serve_connection(std::unique_ptr<connection> own) {
  std::exception_ptr failure;
  try {
    co_await own->serve();
  } catch (boost::system::system_error const& error) {
    if (error.code() != asio::error::operation_aborted) failure = std::current_exception();
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure) own->tell_failure(nullptr, failure);
}

class coroutine_server final : public http_server {
 public:
  coroutine_server(asio::any_io_executor const& executor, server_settings settings, router routes, std::size_t slots)
      : acceptor_{open_acceptor(executor, settings.address, settings.port)},
        sweep_timer_{executor},
        accept_pause_{executor},
        drain_delay_{executor},
        core_{.settings = std::move(settings),
              .routes = std::move(routes),
              .slots = request_slots{executor, slots},
              .emptied = asio::steady_timer{executor},
              .common = {},
              .local_host = {},
              .open = {}},
        connections_{executor},
        chores_{executor} {
    port_ = acceptor_.local_endpoint().port();
    core_.local_host = address_text(core_.settings.address, port_);
    renew_common_fields();
  }

  std::uint16_t port() const override { return port_; }
  std::size_t open_connections() const override { return core_.open.size(); }
  std::size_t requests_in_flight() const override { return core_.in_flight; }

  asio::awaitable<void> run() override {
    co_await asio::this_coro::throw_if_cancelled(false);
    chores_.spawn(sweep());
    co_await accept();
    if (!core_.is_draining) stop_at_once();  // whoever ran the server cancelled it
    co_await connections_.join();
    sweep_timer_.cancel();
    is_sweeping_ = false;
    co_await chores_.join();
  }

  asio::awaitable<void> drain(nanoseconds delay, nanoseconds grace) override {
    core_.is_draining = true;
    drain_delay_.expires_after(delay);
    co_await drain_delay_.async_wait(asio::as_tuple(asio::use_awaitable));
    stop_accepting();
    for (auto* const each : core_.open) each->close_if_idle();
    if (!core_.open.empty()) {
      core_.emptied.expires_after(grace);
      co_await core_.emptied.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    if (!core_.open.empty()) stop_at_once();
    co_await connections_.join();
  }

 private:
  asio::awaitable<void> accept() {
    while (acceptor_.is_open()) {
      tcp::endpoint peer;
      auto [ec, socket] = co_await acceptor_.async_accept(peer, asio::as_tuple(asio::use_awaitable));
      if (!ec) {
        admit(std::move(socket), peer);
      } else if (ec == asio::error::operation_aborted) {
        break;
      } else if (is_shortage(ec)) {
        accept_pause_.expires_after(pause_without_descriptors);
        co_await accept_pause_.async_wait(asio::as_tuple(asio::use_awaitable));
      }
    }
  }

  void admit(tcp::socket socket, tcp::endpoint const& peer) {
    auto const most = core_.settings.limits.connections;
    auto const open = core_.open.size();
    if (open >= most + room_for_refusals) return;
    auto const how = open >= most ? admission::refused : admission::served;
    connections_.spawn(serve_connection(std::make_unique<connection>(core_, std::move(socket), peer, how)));
  }

  /// The one timer for all times of all connections.
  asio::awaitable<void> sweep() {
    auto const interval = sweep_interval(core_.settings.limits);
    while (is_sweeping_) {
      sweep_timer_.expires_after(interval);
      co_await sweep_timer_.async_wait(asio::as_tuple(asio::use_awaitable));
      auto const now = clock_seam::now();
      for (auto* const each : core_.open) each->enforce(now);
      renew_common_fields();
    }
  }

  void renew_common_fields() {
    auto const now = std::chrono::floor<std::chrono::seconds>(clock_seam::wall_now());
    if (now == common_made_) return;
    common_made_ = now;
    core_.common = common_fields(now, core_.settings.every_answer);
  }

  void stop_accepting() {
    error_code ignored;
    acceptor_.close(ignored);
    accept_pause_.cancel();
  }

  void stop_at_once() {
    stop_accepting();
    for (auto* const each : core_.open) each->cut_off();
    connections_.cancel();
  }

  tcp::acceptor acceptor_;
  asio::steady_timer sweep_timer_;
  asio::steady_timer accept_pause_;
  asio::steady_timer drain_delay_;
  server_core core_;
  task_group connections_;
  task_group chores_;
  std::chrono::sys_seconds common_made_{};
  std::uint16_t port_ = 0;
  bool is_sweeping_ = true;
};

}  // namespace

std::unique_ptr<http_server> http_server::listen(asio::any_io_executor executor, server_settings settings,
                                                 router routes) {
  auto const slots = settings.limits.concurrent_requests;
  return std::make_unique<coroutine_server>(executor, std::move(settings), std::move(routes), slots);
}

}  // namespace holdfast::kit
