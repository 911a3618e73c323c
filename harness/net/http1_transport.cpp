#include <algorithm>
#include <cerrno>
#include <cstring>

#include <boost/asio/post.hpp>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/http1_state.hpp"

namespace holdfast::net {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

/// This machine refused, before the peer had a say.
bool is_own_limit(int why) {
  return why == EMFILE || why == ENFILE || why == EADDRNOTAVAIL || why == ENOBUFS || why == ENOMEM;
}

}  // namespace

void http1_connection::open() {
  first_ = addresses_.preferred;  // a copy: other connections may move the preference meanwhile
  tried_ = 0;
  if (!buffer_) buffer_ = std::make_unique_for_overwrite<char[]>(receive_buffer_bytes);
  try_addresses(0);
}

void http1_connection::try_addresses(int last_error) {
  while (tried_ < addresses_.addresses.size()) {
    last_error = start_connect(current_address());
    if (last_error == 0) return;
    ++tried_;
  }
  tried_ = 0;
  fail_later(is_own_limit(last_error) ? exchange_failure::own_limit : exchange_failure::connect,
             last_error == 0 ? "no address" : std::strerror(last_error));
}

/// 0, or why this address cannot be used.
int http1_connection::start_connect(stream_endpoint const& address) {
  auto const family = address.protocol().family();
  error_code ec;
  socket_.open(nonblocking_stream{family}, ec);
  if (ec) return ec.value();
  auto const fd = socket_.native_handle();
  // Without it the last segment of a request of several would wait for an acknowledgement. A request that fits one
  // segment on a connection of its own never waits: save the system call.
  if (family != AF_UNIX && (!request_.close_after || request_.bytes.size() > 1024)) {
    int const on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  auto const* const peer = static_cast<sockaddr const*>(static_cast<void const*>(address.data()));
  if (::connect(fd, peer, static_cast<socklen_t>(address.size())) != 0 && errno != EINPROGRESS) {
    auto const why = errno;
    socket_.close(ec);
    return why;
  }
  id_ = environment_.next_connection_id++;
  environment_.peak_connections = std::max(environment_.peak_connections, ++environment_.open_connections);
  phase_ = phase::connecting;
  if (origin_.proxy) {
    start_tunnel();
    flush();
  } else if (origin_.scheme == url_scheme::https) {
    if (start_tls()) flush();
  } else {
    // On loopback the connection stands when connect() returns; elsewhere this finds out for one failed send().
    queue_request();
    flush();
  }
  return 0;
}

void http1_connection::next_address(int why) {
  close_socket();
  ++tried_;
  try_addresses(why);
}

void http1_connection::connected() {
  addresses_.preferred = first_ = (first_ + tried_) % addresses_.addresses.size();
  tried_ = 0;
  if (tunnel_) {
    phase_ = phase::tunnelling;
    return;
  }
  phase_ = tls_ ? phase::handshaking : phase::open;
  if (!tls_) events_.on_connected(*this);
}

bool http1_connection::start_tls() {
  if (environment_.tls == nullptr) {
    fail_later(exchange_failure::tls, "TLS cannot be used as it was set up");
    return false;
  }
  tls_ = tls_session::start(*environment_.tls, origin_);
  auto const step = tls_->handshake_step();
  if (step.state == tls_handshake::failed) {
    fail_later(exchange_failure::tls, step.problem);
    return false;
  }
  return true;
}

std::string_view http1_connection::to_send() const { return tls_ ? tls_->output() : unsent_; }

void http1_connection::on_sent(std::size_t bytes) {
  if (tls_) {
    tls_->consume_output(bytes);
  } else {
    unsent_.remove_prefix(bytes);
  }
}

/// Sends what is left to send. False when the connection could not go on (the next address or a failure is under way).
bool http1_connection::flush() {
  for (auto bytes = to_send(); !bytes.empty() || refill(); bytes = to_send()) {
    if (bytes.empty()) continue;
    auto const sent = ::send(socket_.native_handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) {
      bytes_sent_ += static_cast<std::uint64_t>(sent);
      on_sent(static_cast<std::size_t>(sent));
      if (phase_ == phase::connecting) {
        connected();
        receive();
      }
      continue;
    }
    if (errno == EAGAIN || errno == EINTR ||
        (phase_ == phase::connecting && (errno == ENOTCONN || errno == EINPROGRESS))) {
      wait_until_writable();
      return true;
    }
    write_failed(errno);
    return false;
  }
  return true;
}

void http1_connection::write_failed(int why) {
  if (phase_ == phase::connecting) {
    // Not from inside send(): the owner may be in the middle of starting this exchange.
    ++pending_handlers_;
    asio::post(environment_.context, [this, why, generation = generation_] {
      --pending_handlers_;
      if (generation == generation_) next_address(why);
    });
    return;
  }
  // The peer may have answered before it closed (413 for a large body): what it said is still to be read. The reactor
  // may have told of its end already and will not tell again, so the socket is asked; not from inside send().
  write_broke_ = true;
  on_sent(to_send().size());
  ++pending_handlers_;
  asio::post(environment_.context, [this, generation = generation_] {
    --pending_handlers_;
    if (generation == generation_) drain();
  });
}

void http1_connection::wait_until_writable() {
  if (waiting_to_write_) return;
  waiting_to_write_ = true;
  ++pending_handlers_;
  socket_.async_wait(stream_socket::wait_write, [this, generation = generation_](error_code) {
    --pending_handlers_;
    if (generation != generation_) return;
    waiting_to_write_ = false;
    flush();  // also finds out whether a connect succeeded
  });
}

void http1_connection::fail_later(exchange_failure why, std::string detail) {
  ++pending_handlers_;
  asio::post(environment_.context, [this, why, detail = std::move(detail), generation = generation_] {
    --pending_handlers_;
    if (generation == generation_) fail(why, detail);
  });
}

void http1_connection::close_socket() {
  ++generation_;
  phase_ = phase::closed;
  receiving_ = waiting_to_write_ = flush_due_ = write_broke_ = false;
  unsent_ = {};
  tls_.reset();
  tunnel_.reset();
  if (!socket_.is_open()) return;
  --environment_.open_connections;
  error_code ignored;
  socket_.close(ignored);
}

void http1_connection::advance_handshake() {
  auto const step = tls_->handshake_step();
  if (step.state == tls_handshake::failed) {
    flush();  // the alert, so that the peer can say why in its log
    return fail(exchange_failure::tls, step.problem);
  }
  if (step.state == tls_handshake::done) {
    phase_ = phase::open;
    events_.on_connected(*this);
    queue_request();
  }
  flush();
}

}  // namespace holdfast::net
