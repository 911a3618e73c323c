#include "gateway/gateway.hpp"

#include <memory>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <fmt/format.h>

#include "gateway/session.hpp"
#include "kit/app/program.hpp"
#include "kit/http/acceptor.hpp"

namespace holdfast::gateway {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

// So many connections above the limit get a 503 that arrives for sure; further ones are closed without a word.
constexpr std::size_t room_for_refusals = 64;
constexpr nanoseconds pause_without_descriptors = std::chrono::milliseconds{50};

asio::awaitable<void> serve(std::unique_ptr<session> own) { co_await own->serve(); }

}  // namespace

gateway::gateway(asio::io_context& context, settings told)
    : core_{context, std::move(told)},
      sessions_{context.get_executor()},
      chores_{context.get_executor()},
      stopping_{context},
      sweep_timer_{context},
      accept_pause_{context} {}

void gateway::stop() {
  is_stopping_ = true;
  stopping_.cancel();
}

/// True when the gateway is to end.
asio::awaitable<bool> gateway::wait_for_stop(nanoseconds at_most) {
  if (!is_stopping_ && at_most > nanoseconds{0}) {
    stopping_.expires_at(at_most == nanoseconds::max() ? time_point::max() : clock_seam::now() + at_most);
    co_await stopping_.async_wait(asio::as_tuple(asio::use_awaitable));
  }
  co_return is_stopping_;
}

asio::awaitable<int> gateway::run() {
  auto const& config = core_.config;
  bool const has_ended = co_await wait_for_stop(config.startup_delay);
  if (has_ended) co_return 0;
  auto listening = kit::open_acceptor(core_.context.get_executor(), config.address, config.port);
  port_ = listening.local_endpoint().port();
  kit::write_port_file(config.port_file, port_);
  core_.log("listening", fmt::format(R"(,"service":"gateway","address":"{}","port":{},"mode":"{}")", config.address,
                                     port_, config.is_original ? "original" : "reference"));
  chores_.spawn(accept(listening));
  chores_.spawn(sweep());
  co_await wait_for_stop(nanoseconds::max());
  co_await drain(listening);
  is_over_ = true;
  sweep_timer_.cancel();
  co_await chores_.join();
  for (auto const& each : core_.backends) each->close_all();
  core_.log("stopped", fmt::format(R"(,"requests":{})", core_.requests.total()));
  core_.lines.stop();
  co_return 0;
}

asio::awaitable<void> gateway::drain(tcp::acceptor& listening) {
  core_.is_draining = true;
  core_.log("draining");
  if (core_.config.drain_delay > nanoseconds{0}) {  // another stop() hurries
    stopping_.expires_after(core_.config.drain_delay);
    co_await stopping_.async_wait(asio::as_tuple(asio::use_awaitable));
  }
  error_code ignored;
  listening.close(ignored);
  accept_pause_.cancel();
  for (auto* const each : core_.open) each->close_if_idle();
  if (!core_.open.empty()) {
    core_.emptied.expires_after(core_.config.drain_grace);
    co_await core_.emptied.async_wait(asio::as_tuple(asio::use_awaitable));
  }
  for (auto* const each : core_.open) each->cut_off();
  sessions_.cancel();
  co_await sessions_.join();
}

asio::awaitable<void> gateway::accept(tcp::acceptor& from) {
  while (from.is_open()) {
    tcp::endpoint peer;
    auto [ec, socket] = co_await from.async_accept(peer, asio::as_tuple(asio::use_awaitable));
    if (!ec) {
      admit(std::move(socket), peer);
    } else if (ec == asio::error::operation_aborted) {
      break;
    } else if (kit::is_shortage(ec)) {
      accept_pause_.expires_after(pause_without_descriptors);
      co_await accept_pause_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
  }
}

void gateway::admit(tcp::socket socket, tcp::endpoint const& peer) {
  auto const open = core_.open.size();
  if (open >= core_.config.connections + room_for_refusals) return;
  auto const how = open >= core_.config.connections ? session::admission::refused : session::admission::served;
  sessions_.spawn(
      serve(std::make_unique<session>(core_, std::move(socket), peer.address().to_string(), peer.port(), how)));
}

/// The one timer of all times.
asio::awaitable<void> gateway::sweep() {
  while (!is_over_) {
    sweep_timer_.expires_after(deadline_sweep::interval);
    co_await sweep_timer_.async_wait(asio::as_tuple(asio::use_awaitable));
    auto const now = clock_seam::now();
    core_.sweep.enforce(now);
    for (auto const& each : core_.backends) each->close_unused(now);
    core_.renew_date();
  }
}

}  // namespace holdfast::gateway
