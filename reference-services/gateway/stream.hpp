#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/generic/stream_protocol.hpp>

#include "core/clock.hpp"
#include "gateway/outgoing_message.hpp"
#include "net/resolver.hpp"

namespace holdfast::gateway {

class stream;

/// Keeps the times of all streams of the gateway: cheaper than a timer for each operation.
class deadline_sweep {
 public:
  static constexpr nanoseconds interval{25'000'000};
  /// Interrupts what has waited too long.
  void enforce(time_point now);

 private:
  friend class stream;
  std::list<stream*> streams_;
};

enum class transfer : std::uint8_t {
  done,
  ended,        ///< the peer closed its side
  refused,      ///< nobody listens
  failed,       ///< reset, or closed by us
  timed_out,    ///< the stream is as before
  interrupted,  ///< by interrupt()
};

/// A socket with a buffer for what came and with a time limit on every wait. One read and one write at a time.
class stream {
 public:
  using socket = boost::asio::basic_stream_socket<boost::asio::generic::stream_protocol>;

  stream(socket of, deadline_sweep& kept_by);
  ~stream();
  stream(stream const&) = delete;
  stream& operator=(stream const&) = delete;

  boost::asio::awaitable<transfer> connect(net::stream_endpoint const& to, time_point until);
  /// Waits for more bytes behind unread().
  boost::asio::awaitable<transfer> fill(time_point until);
  /// Takes what is there already. False when the peer has closed, or nothing is there.
  bool fill_without_waiting();
  /// Takes what was written off the front of `what`.
  boost::asio::awaitable<transfer> write(outgoing_message::pieces& what, time_point until);

  std::string_view unread() const { return {buffer_.data() + begin_, end_ - begin_}; }
  void consume(std::size_t bytes);
  /// Nothing is unread: gives back a buffer that big bodies have made big.
  void make_small();
  void forget_buffer() { buffer_ = {}; }

  /// Ends the waits, if there are any, without harm to the stream.
  void interrupt();
  /// Nothing more will be sent.
  bool end_sending();
  void close();
  bool is_open() const { return socket_.is_open(); }
  /// Open, and nothing came from the peer that nobody asked for: neither bytes nor its end.
  bool is_quiet();
  /// The peer has closed its side, or all of the connection, whatever it sent before.
  bool has_hung_up();
  std::size_t bytes_waiting() const;  ///< with the kernel
  socket& plain() { return socket_; }

 private:
  friend class deadline_sweep;
  struct wait {
    time_point deadline = time_point::max();
    bool is_on = false, is_timed_out = false, is_interrupted = false;
  };
  void enforce(time_point now);
  void make_room();
  static bool is_over(wait& each, time_point now);
  bool was_meant_for_the_other(wait const& own, boost::system::error_code ec) const;
  transfer end_wait(wait& own, boost::system::error_code ec);

  deadline_sweep& sweep_;
  std::list<stream*>::iterator place_;
  socket socket_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0, end_ = 0;
  wait reading_, writing_;
  bool filled_all_ = false;  // the last read took as much as there was room for
};

}  // namespace holdfast::gateway
