#include "net/http1_connection.hpp"

#include <cassert>
#include <cerrno>
#include <cstring>
#include <optional>

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "net/short_read_buffer.hpp"
#include "net/tls_session.hpp"

namespace holdfast::net {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using shard_executor = asio::io_context::executor_type;
using stream_socket = asio::basic_stream_socket<asio::generic::stream_protocol, shard_executor>;

// Small answers touch the first page only, so idle connections stay small although large answers need few system calls.
constexpr std::size_t receive_buffer_bytes = 16 * 1024;
// From here on a known rest of a body is discarded in the kernel instead of being copied out.
constexpr std::uint64_t kernel_discard_bytes = 16 * 1024;
// One connection with an endless body must not starve the others of its shard.
constexpr std::size_t drain_limit_bytes = 1U << 20U;

/// This machine refused, before the peer had a say.
bool is_own_limit(int why) {
  return why == EMFILE || why == ENFILE || why == EADDRNOTAVAIL || why == ENOBUFS || why == ENOMEM;
}

class http1_connection final : public client_connection {
 public:
  http1_connection(connection_environment& environment, connection_events& events, origin const& to,
                   address_list& addresses)
      : environment_{environment},
        events_{events},
        origin_{to},
        addresses_{addresses},
        socket_{environment.context.get_executor()},
        scanner_{environment.limits, &environment.known_head} {}
  ~http1_connection() override {
    assert(pending_handlers_ == 0 && "run the context dry before destroying a connection");
  }
  http1_connection(http1_connection const&) = delete;
  http1_connection& operator=(http1_connection const&) = delete;

  void send(exchange_request const& request) override;
  void abandon() override;
  bool is_open() const override { return phase_ == phase::open && !exchanging_; }
  std::uint64_t connection_id() const override { return id_; }
  std::string peer() const override { return id_ == 0 ? std::string{} : to_string(current_address()); }
  std::uint64_t bytes_received() const override { return bytes_received_; }
  std::uint64_t bytes_sent() const override { return bytes_sent_; }

 private:
  enum class phase : std::uint8_t { closed, connecting, handshaking, open };

  stream_endpoint const& current_address() const {
    return addresses_.addresses[(first_ + tried_) % addresses_.addresses.size()];
  }
  void open();
  void try_addresses(int last_error);
  int start_connect(stream_endpoint const& address);
  void next_address(int why);
  void connected();
  bool start_tls();
  void advance_handshake();
  void queue_request();
  std::string_view to_send() const;
  void on_sent(std::size_t bytes);
  bool flush();
  void write_failed(int why);
  void wait_until_writable();
  void receive();
  void on_received(error_code ec, std::size_t n);
  void take_bytes(std::span<char> bytes);
  void take_cipher(std::span<char> bytes);
  void read_plain();
  void take_plain(std::span<char const> bytes);
  void drain();
  ssize_t drain_once();
  bool is_unix() const { return !origin_.unix_path.empty(); }
  void peer_closed();
  void complete(std::size_t left_over);
  void fail(exchange_failure why, std::string_view detail);
  void fail_later(exchange_failure why, std::string detail);
  void close_socket();

  connection_environment& environment_;
  connection_events& events_;
  origin origin_;
  address_list& addresses_;
  stream_socket socket_;
  std::unique_ptr<tls_session> tls_;
  std::unique_ptr<char[]> buffer_;
  response_scanner scanner_;
  exchange_request request_;
  std::string_view unsent_;  // of the request, or of the TLS session's output
  std::uint64_t id_ = 0;
  std::uint64_t bytes_received_ = 0;
  std::uint64_t bytes_sent_ = 0;
  std::size_t first_ = 0;  // where this opening began in the list
  std::size_t tried_ = 0;  // addresses given up during this opening
  std::uint32_t exchanges_ = 0;
  std::uint32_t generation_ = 0;  // handlers of an earlier socket see that they are late
  std::uint32_t pending_handlers_ = 0;
  phase phase_ = phase::closed;
  bool exchanging_ = false;
  bool receiving_ = false;
  bool waiting_to_write_ = false;
  bool write_broke_ = false;  // what the peer still says can be read, but nothing can be sent any more
};

void http1_connection::send(exchange_request const& request) {
  assert(!exchanging_ && "one exchange at a time");
  request_ = request;
  exchanging_ = true;
  ++exchanges_;
  scanner_.start(request.is_head ? body_rule::never : body_rule::by_headers,
                 request.collect ? retain::fields_and_body : retain::nothing);
  if (phase_ != phase::open) return open();
  queue_request();
  if (flush() && phase_ == phase::open) receive();
}

void http1_connection::abandon() {
  exchanging_ = false;
  close_socket();
}

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
  auto const fd = ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return errno;
  // Without it the last segment of a request of several would wait for an acknowledgement. A request that fits one
  // segment on a connection of its own never waits: save the system call.
  if (family != AF_UNIX && (!request_.close_after || request_.bytes.size() > 1024)) {
    int const on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  auto const* const peer = static_cast<sockaddr const*>(static_cast<void const*>(address.data()));
  if (::connect(fd, peer, static_cast<socklen_t>(address.size())) != 0 && errno != EINPROGRESS) {
    auto const why = errno;
    ::close(fd);
    return why;
  }
  error_code ec;
  socket_.assign(asio::generic::stream_protocol{family, 0}, fd, ec);
  if (ec) {
    ::close(fd);
    return ec.value();
  }
  id_ = environment_.next_connection_id++;
  phase_ = phase::connecting;
  if (origin_.scheme == url_scheme::https) {
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

void http1_connection::queue_request() {
  if (tls_) {
    tls_->write(request_.bytes);
  } else {
    unsent_ = request_.bytes;
  }
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
  for (auto bytes = to_send(); !bytes.empty(); bytes = to_send()) {
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
  if (ec == asio::error::eof) return peer_closed();
  if (ec) return fail(exchange_failure::reset, ec.message());
  auto const generation = generation_;
  auto const exchange = exchanges_;
  take_bytes({buffer_.get(), n});
  if (generation != generation_) return;
  if (exchange != exchanges_) return receive();  // the answer was whole, and the next request is on its way
  drain();
}

void http1_connection::take_bytes(std::span<char> bytes) {
  bytes_received_ += bytes.size();
  if (tls_) return take_cipher(bytes);
  take_plain(bytes);
}

void http1_connection::take_cipher(std::span<char> bytes) {
  tls_->feed(bytes);
  if (phase_ == phase::handshaking) {
    advance_handshake();
    if (phase_ != phase::open) return;
  }
  read_plain();
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
  if (!exchanging_) return close_socket();  // an answer that nobody asked for
  while (!bytes.empty()) {
    bytes = bytes.subspan(scanner_.feed(bytes));
    if (scanner_.state() == scan_state::complete) return complete(bytes.size());
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
      return fail(exchange_failure::reset, std::strerror(errno));
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
  if (phase_ == phase::handshaking) return fail(exchange_failure::tls, "the peer closed during the TLS handshake");
  if (scanner_.finish()) {
    close_socket();
    return complete(0);
  }
  // A reset is told once, and then it was the failing write that learned of it.
  if (write_broke_) return fail(exchange_failure::reset, "the peer reset the connection while it was being written to");
  fail(exchange_failure::closed_early, "the peer closed before the answer was whole");
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
  receiving_ = waiting_to_write_ = write_broke_ = false;
  unsent_ = {};
  tls_.reset();
  error_code ignored;
  socket_.close(ignored);
}

}  // namespace

std::unique_ptr<client_connection> make_http1_connection(connection_environment& environment, connection_events& events,
                                                         origin const& to, address_list& addresses) {
  return std::make_unique<http1_connection>(environment, events, to, addresses);
}

}  // namespace holdfast::net
