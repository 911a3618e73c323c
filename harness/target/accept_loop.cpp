#include "target/accept_loop.hpp"

#include <utility>

#include "target/connection.hpp"
#include "target/worker.hpp"

namespace holdfast::target {

accept_loop::accept_loop(worker& owner, listener source)
    : owner_{owner},
      at_{source.at()},
      acceptor_{owner.context()},
      retry_timer_{owner.context()},
      refusal_timer_{owner.context()} {
  open(std::move(source));
}

void accept_loop::open(listener source) {
  boost::asio::generic::stream_protocol const protocol{source.family(), 0};
  acceptor_.assign(protocol, source.release());
}

void accept_loop::start() {
  accept();
  if (owner_.options().refuse) plan_refusal();
}

void accept_loop::stop() {
  is_stopping_ = true;
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  retry_timer_.cancel();
  refusal_timer_.cancel();
}

void accept_loop::accept() {
  auto& c = owner_.unused_connection();
  acceptor_.async_accept(c.socket(), [this, &c](boost::system::error_code ec) { on_accepted(c, ec); });
}

void accept_loop::on_accepted(connection& c, boost::system::error_code ec) {
  if (ec) {
    owner_.release(c);
    if (ec != boost::asio::error::operation_aborted && acceptor_.is_open()) pause();
    return;
  }
  owner_.start(c);
  auto const& limit = owner_.options().refuse_after;
  if (limit && owner_.truth().accepted() >= *limit) {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    return;
  }
  if (acceptor_.is_open()) accept();
}

// Out of descriptors or memory: what is open has to end first.
void accept_loop::pause() {
  retry_timer_.expires_after(std::chrono::milliseconds{10});
  retry_timer_.async_wait([this](boost::system::error_code ec) {
    if (!ec && acceptor_.is_open()) accept();
  });
}

void accept_loop::plan_refusal() {
  auto const start = owner_.start_time();
  auto const& windows = *owner_.options().refuse;
  refusal_timer_.expires_at(start + windows.next_start(clock_seam::now() - start));
  refusal_timer_.async_wait([this](boost::system::error_code ec) {
    if (!ec && !is_stopping_) begin_refusal();
  });
}

void accept_loop::begin_refusal() {
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  auto const start = owner_.start_time();
  // The timer may wake a little before the window's start as this clock reads it; look from its inside.
  auto const inside = clock_seam::now() - start + std::chrono::microseconds{1};
  refusal_timer_.expires_at(start + owner_.options().refuse->release(inside));
  refusal_timer_.async_wait([this](boost::system::error_code ec) {
    if (!ec && !is_stopping_) end_refusal();
  });
}

void accept_loop::end_refusal() {
  auto source = listener::open(at_);
  if (!source) {  // somebody else took the port meanwhile: try again
    refusal_timer_.expires_after(std::chrono::milliseconds{10});
    refusal_timer_.async_wait([this](boost::system::error_code ec) {
      if (!ec && !is_stopping_) end_refusal();
    });
    return;
  }
  open(std::move(*source));
  accept();
  plan_refusal();
}

}  // namespace holdfast::target
