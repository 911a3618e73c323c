#pragma once

// Inside of http1_connection.cpp and its neighbours only; everybody else includes http1_connection.hpp.

#include <cassert>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/generic/basic_endpoint.hpp>
#include <boost/asio/io_context.hpp>
#include <sys/socket.h>

#include "net/http1_connection.hpp"
#include "net/proxy_tunnel.hpp"
#include "net/tls_session.hpp"

namespace holdfast::net {

using shard_executor = boost::asio::io_context::executor_type;

/// Sockets that do not block from the beginning. One that Asio opened itself costs a system call less at its end than
/// one that it was given: it need not be told that nobody else holds it.
class nonblocking_stream {
 public:
  using endpoint = boost::asio::generic::basic_endpoint<nonblocking_stream>;
  explicit nonblocking_stream(int family, int /*protocol*/ = 0) : family_{family} {}
  int family() const { return family_; }
  int type() const { return SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC; }
  int protocol() const { return 0; }

 private:
  int family_;
};
using stream_socket = boost::asio::basic_stream_socket<nonblocking_stream, shard_executor>;

// Small answers touch the first page only, so idle connections stay small although large answers need few system calls.
inline constexpr std::size_t receive_buffer_bytes = 16UL * 1024;

/// One exchange after the other. What a pipeline does in another way is virtual.
class http1_connection : public client_connection {
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

 protected:
  enum class phase : std::uint8_t { closed, connecting, tunnelling, handshaking, open };

  stream_endpoint const& current_address() const {
    return addresses_.addresses[(first_ + tried_) % addresses_.addresses.size()];
  }
  /// The next answer is the one to this request.
  void start(exchange_request const& request);
  void open();
  void try_addresses(int last_error);
  int start_connect(stream_endpoint const& address);
  void next_address(int why);
  void connected();
  bool start_tls();
  void start_tunnel();
  void take_tunnel(std::span<char> bytes);
  void advance_handshake();
  /// The running exchange's request is to be sent.
  virtual void queue_request();
  /// All was sent. True when there is more by now.
  virtual bool refill() { return false; }
  /// Whether what comes now can be the answer to something that was sent.
  virtual bool awaits_answer() const { return exchanging_; }
  virtual void on_unasked_bytes() { close_socket(); }
  std::string_view to_send() const;
  void on_sent(std::size_t bytes);
  bool flush();
  void write_failed(int why);
  void wait_until_writable();
  void receive();
  void on_received(boost::system::error_code ec, std::size_t n);
  void take_bytes(std::span<char> bytes);
  void take_cipher(std::span<char> bytes);
  void read_plain();
  void take_plain(std::span<char const> bytes);
  void drain();
  ssize_t drain_once();
  bool is_unix() const { return !origin_.unix_path.empty(); }
  void peer_closed();
  void peer_reset(std::string_view detail);
  /// The answer is whole; so many bytes behind it are there already.
  virtual void complete(std::size_t left_over);
  virtual void fail(exchange_failure why, std::string_view detail);
  void fail_later(exchange_failure why, std::string detail);
  virtual void close_socket();

  connection_environment& environment_;
  connection_events& events_;
  origin origin_;
  address_list& addresses_;
  stream_socket socket_;
  std::unique_ptr<tls_session> tls_;
  std::unique_ptr<proxy_tunnel> tunnel_;  // while it is being asked for
  std::unique_ptr<char[]> buffer_;
  response_scanner scanner_;
  exchange_request request_;
  std::string_view unsent_;  // of the request, or of the TLS session's output
  std::uint64_t id_ = 0;
  std::uint64_t bytes_received_ = 0;
  std::uint64_t bytes_sent_ = 0;
  std::size_t first_ = 0;         // where this opening began in the list
  std::size_t tried_ = 0;         // addresses given up during this opening
  std::uint32_t exchanges_ = 0;   // begun by sending: what ends the connection meanwhile comes to light by itself
  std::uint32_t generation_ = 0;  // handlers of an earlier socket see that they are late
  std::uint32_t pending_handlers_ = 0;
  phase phase_ = phase::closed;
  bool exchanging_ = false;
  bool receiving_ = false;
  bool waiting_to_write_ = false;
  bool flush_due_ = false;
  bool write_broke_ = false;  // what the peer still says can be read, but nothing can be sent any more
};

}  // namespace holdfast::net
