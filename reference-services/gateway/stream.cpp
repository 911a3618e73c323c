#include "gateway/stream.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

namespace holdfast::gateway {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::size_t first_buffer_bytes = 4096;
// Of a body in passing; a head may need more.
constexpr std::size_t large_buffer_bytes = 64 * 1024;

/// Moves the beginning of `what` behind the first `sent` bytes.
void drop_front(outgoing_message::pieces& what, std::size_t sent) {
  for (auto& piece : what) {
    auto const of_piece = std::min(sent, piece.size());
    piece += of_piece;
    sent -= of_piece;
  }
}

}  // namespace

void deadline_sweep::enforce(time_point now) {
  for (auto* const each : streams_) each->enforce(now);
}

stream::stream(socket of, deadline_sweep& kept_by)
    : sweep_{kept_by}, place_{kept_by.streams_.insert(kept_by.streams_.end(), this)}, socket_{std::move(of)} {
  error_code ignored;
  if (socket_.is_open()) socket_.non_blocking(true, ignored);
}

stream::~stream() { sweep_.streams_.erase(place_); }

asio::awaitable<transfer> stream::connect(net::stream_endpoint const& to, time_point until) {
  close();
  error_code ec;
  socket_.open(to.protocol(), ec);
  if (ec) co_return transfer::failed;
  writing_ = {.deadline = until, .is_on = true};
  auto const [failure] = co_await socket_.async_connect(to, asio::as_tuple(asio::use_awaitable));
  auto const end = end_wait(writing_, failure);
  if (end != transfer::done) co_return end;
  int const on = 1;  // has no meaning for a unix socket, which says so
  (void)::setsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  socket_.non_blocking(true, ec);
  co_return transfer::done;
}

asio::awaitable<transfer> stream::fill(time_point until) {
  make_room();
  reading_ = {.deadline = until, .is_on = true};
  for (;;) {
    auto const room = asio::buffer(buffer_.data() + end_, buffer_.size() - end_);
    auto const [ec, bytes] = co_await socket_.async_read_some(room, asio::as_tuple(asio::use_awaitable));
    filled_all_ = bytes == room.size();
    end_ += bytes;
    if (!was_meant_for_the_other(reading_, ec)) co_return end_wait(reading_, ec);
  }
}

bool stream::fill_without_waiting() {
  make_room();
  error_code ec;
  auto const bytes = socket_.read_some(asio::buffer(buffer_.data() + end_, buffer_.size() - end_), ec);
  end_ += bytes;
  return !ec;
}

asio::awaitable<transfer> stream::write(outgoing_message::pieces& what, time_point until) {
  error_code ec;
  auto const at_once = socket_.write_some(what, ec);
  if (ec && ec != asio::error::would_block && ec != asio::error::try_again) co_return transfer::failed;
  drop_front(what, at_once);
  if (asio::buffer_size(what) == 0) co_return transfer::done;
  writing_ = {.deadline = until, .is_on = true};
  for (;;) {
    auto const [failure, bytes] = co_await asio::async_write(socket_, what, asio::as_tuple(asio::use_awaitable));
    drop_front(what, bytes);
    if (!was_meant_for_the_other(writing_, failure)) co_return end_wait(writing_, failure);
  }
}

void stream::consume(std::size_t bytes) {
  begin_ += bytes;
  if (begin_ == end_) begin_ = end_ = 0;
}

void stream::make_small() {
  if (begin_ == end_ && buffer_.size() > first_buffer_bytes) {
    forget_buffer();
    begin_ = end_ = 0;
  }
  filled_all_ = false;
}

void stream::make_room() {
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  // A full buffer is always read before: the readers refuse heads, and lines between chunks, that do not fit.
  bool const is_full = end_ == buffer_.size();
  bool const would_help = filled_all_ && buffer_.size() < large_buffer_bytes;
  if (is_full || would_help) buffer_.resize(std::max(first_buffer_bytes, buffer_.size() * 4));
}

bool stream::is_over(wait& each, time_point now) {
  if (now < each.deadline) return false;
  each.deadline = time_point::max();
  each.is_timed_out = true;
  return true;
}

void stream::enforce(time_point now) {
  bool const reading_is_over = is_over(reading_, now);
  bool const writing_is_over = is_over(writing_, now);
  error_code ignored;
  if (reading_is_over || writing_is_over) socket_.cancel(ignored);
}

void stream::interrupt() {
  if (!reading_.is_on && !writing_.is_on) return;
  reading_.is_interrupted = reading_.is_on;
  writing_.is_interrupted = writing_.is_on;
  error_code ignored;
  socket_.cancel(ignored);
}

/// A socket's cancel() ends reading and writing alike; the one whose time is not over goes on waiting. When the
/// coroutine itself was cancelled, the next wait throws.
bool stream::was_meant_for_the_other(wait const& own, error_code ec) const {
  return ec == asio::error::operation_aborted && socket_.is_open() && !own.is_timed_out && !own.is_interrupted;
}

transfer stream::end_wait(wait& own, error_code ec) {
  auto const was = std::exchange(own, wait{});
  if (!ec) return transfer::done;
  if (ec == asio::error::operation_aborted && socket_.is_open()) {
    if (was.is_timed_out) return transfer::timed_out;
    if (was.is_interrupted) return transfer::interrupted;
  }
  if (ec == asio::error::eof) return transfer::ended;
  return ec == asio::error::connection_refused ? transfer::refused : transfer::failed;
}

bool stream::end_sending() {
  error_code ec;
  socket_.shutdown(socket::shutdown_send, ec);
  return !ec;
}

void stream::close() {
  error_code ignored;
  socket_.close(ignored);
}

bool stream::is_quiet() {
  if (!socket_.is_open() || begin_ != end_) return false;
  char byte = 0;
  auto const got = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

bool stream::has_hung_up() {
  if (!socket_.is_open()) return true;
  pollfd asked{.fd = socket_.native_handle(), .events = POLLRDHUP, .revents = 0};
  return ::poll(&asked, 1, 0) == 1 && asked.revents != 0;
}

std::size_t stream::bytes_waiting() const {
  error_code ignored;
  return socket_.is_open() ? socket_.available(ignored) : 0;
}

}  // namespace holdfast::gateway
