#include <cerrno>
#include <cstring>

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "net/http1_state.hpp"
#include "net/short_read_buffer.hpp"

namespace holdfast::net {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

// From here on a known rest of a body is discarded in the kernel instead of being copied out.
constexpr std::uint64_t kernel_discard_bytes = 16UL * 1024;
// One connection with an endless body must not starve the others of its shard.
constexpr std::size_t drain_limit_bytes = 1U << 20U;

}  // namespace

void http1_connection::start(exchange_request const& request) {
  request_ = request;
  exchanging_ = true;
  scanner_.start(request.is_head ? body_rule::never : body_rule::by_headers,
                 request.collect ? retain::fields_and_body : retain::nothing);
}

void http1_connection::send(exchange_request const& request) {
  assert(!exchanging_ && "one exchange at a time");
  start(request);
  ++exchanges_;
  if (phase_ != phase::open) return open();
  queue_request();
  if (flush() && phase_ == phase::open) receive();
}

void http1_connection::abandon() {
  exchanging_ = false;
  close_socket();
}

void http1_connection::queue_request() {
  if (tls_) {
    tls_->write(request_.bytes);
  } else {
    unsent_ = request_.bytes;
  }
}

void http1_connection::receive() {
  if (receiving_) return;
  receiving_ = true;
  ++pending_handlers_;
  // In steady state an exchange costs one send, one receive and a share of an epoll_wait. The price is that the end of
  // the stream may hide behind the data: see drain().
  socket_.async_receive(short_read_buffer{buffer_.get(), receive_buffer_bytes},
                        [this, generation = generation_](error_code ec, std::size_t n) {
                          --pending_handlers_;
                          if (generation == generation_) on_received(ec, n);
                        });
}

void http1_connection::on_received(error_code ec, std::size_t n) {
  receiving_ = false;
  // Asio does not know that these sockets are streams: at their end it tells of no bytes.
  if (ec == asio::error::eof || (!ec && n == 0)) return peer_closed();
  if (ec) return peer_reset(ec.message());
  auto const generation = generation_;
  auto const exchange = exchanges_;
  take_bytes({buffer_.get(), n});
  if (generation != generation_) return;
  if (exchange != exchanges_) return receive();  // the answer was whole, and the next request is on its way
  drain();
}

void http1_connection::take_bytes(std::span<char> bytes) {
  bytes_received_ += bytes.size();
  if (tunnel_) {
    take_tunnel(bytes);
  } else if (tls_) {
    take_cipher(bytes);
  } else {
    take_plain(bytes);
  }
  if (flush_due_) flush();
}

void http1_connection::take_cipher(std::span<char> bytes) {
  tls_->feed(bytes);
  if (phase_ == phase::handshaking) {
    advance_handshake();
    if (phase_ != phase::open) return;
  }
  read_plain();
}

void http1_connection::read_plain() {
  auto const generation = generation_;
  while (generation == generation_) {
    auto const got = tls_->read(environment_.scratch);
    if (got.state == tls_read::closed) return peer_closed();
    if (got.state == tls_read::failed) return fail(exchange_failure::tls, got.problem);
    if (got.state == tls_read::would_block) return;
    take_plain({environment_.scratch.data(), got.bytes});
  }
}

void http1_connection::take_plain(std::span<char const> bytes) {
  while (!bytes.empty()) {
    if (!awaits_answer()) return on_unasked_bytes();
    bytes = bytes.subspan(scanner_.feed(bytes));
    if (scanner_.state() == scan_state::complete) {
      auto const generation = generation_;
      complete(bytes.size());
      if (generation != generation_) return;
      continue;
    }
    if (scanner_.state() == scan_state::malformed) return fail(exchange_failure::malformed, scanner_.problem());
  }
}

/// Takes what the kernel still holds, and sees whether the stream has ended: for an answer that is not whole yet, and
/// before a connection rests, when no next answer would bring the end to light.
void http1_connection::drain() {
  auto const generation = generation_;
  auto const exchange = exchanges_;
  for (std::size_t taken = 0; taken < drain_limit_bytes;) {
    auto const got = drain_once();
    if (got < 0) {
      if (errno == EAGAIN || errno == EINTR) return receive();
      return peer_reset(std::strerror(errno));
    }
    if (got == 0) return peer_closed();
    taken += static_cast<std::size_t>(got);
    if (generation != generation_) return;
    if (exchange != exchanges_) return receive();
  }
  // The reactor tells of new bytes only, so what is left must not wait for it.
  ++pending_handlers_;
  asio::post(environment_.context, [this, generation] {
    --pending_handlers_;
    if (generation == generation_) drain();
  });
}

/// One system call: how many bytes were taken, 0 at the end of the stream, or -1 with errno.
ssize_t http1_connection::drain_once() {
  auto& scratch = environment_.scratch;
  auto const discard = tls_ || is_unix() || !exchanging_ ? 0 : scanner_.skippable();
  if (discard < kernel_discard_bytes) {
    auto const got = ::recv(socket_.native_handle(), scratch.data(), scratch.size(), MSG_DONTWAIT);
    if (got > 0) take_bytes({scratch.data(), static_cast<std::size_t>(got)});
    return got;
  }
  // For TCP, MSG_TRUNC drops the bytes without copying them, so no buffer is needed and the length may be any. The call
  // is made directly because the sanitizers' recv() believes that bytes were written.
  auto const most = static_cast<std::size_t>(std::min<std::uint64_t>(discard, drain_limit_bytes));
  auto const got =
      ::syscall(SYS_recvfrom, socket_.native_handle(), nullptr, most, MSG_TRUNC | MSG_DONTWAIT, nullptr, nullptr);
  if (got <= 0) return got;
  bytes_received_ += static_cast<std::uint64_t>(got);
  scanner_.skipped(static_cast<std::uint64_t>(got));
  if (scanner_.state() == scan_state::complete) complete(0);
  return got;
}

void http1_connection::peer_closed() {
  if (!exchanging_) return close_socket();
  if (tunnel_) return fail(exchange_failure::connect, "the proxy closed the connection instead of answering CONNECT");
  if (phase_ == phase::handshaking) return fail(exchange_failure::tls, "the peer closed during the TLS handshake");
  if (scanner_.finish()) {
    close_socket();
    return complete(0);
  }
  // A reset is told once, and then it was the failing write that learned of it.
  if (write_broke_) return fail(exchange_failure::reset, "the peer reset the connection while it was being written to");
  fail(exchange_failure::closed_early, "the peer closed before the answer was whole");
}

void http1_connection::peer_reset(std::string_view detail) {
  if (tunnel_) return fail(exchange_failure::connect, "the proxy reset the connection instead of answering CONNECT");
  fail(exchange_failure::reset, detail);
}

void http1_connection::complete(std::size_t left_over) {
  auto const at = clock_seam::now();
  exchanging_ = false;
  auto const reusable = left_over == 0 && to_send().empty() && !write_broke_ && !request_.close_after &&
                        scanner_.head().keep_alive && phase_ == phase::open;
  if (!reusable) close_socket();
  events_.on_answer(*this, scanner_, at);
}

void http1_connection::fail(exchange_failure why, std::string_view detail) {
  auto const at = clock_seam::now();
  auto const was_exchanging = exchanging_;
  std::string const reason{detail};  // the detail may belong to what is closed now
  exchanging_ = false;
  close_socket();
  if (was_exchanging) events_.on_failure(*this, why, reason, at);
}

std::unique_ptr<client_connection> make_http1_connection(connection_environment& environment, connection_events& events,
                                                         origin const& to, address_list& addresses) {
  return std::make_unique<http1_connection>(environment, events, to, addresses);
}

}  // namespace holdfast::net
