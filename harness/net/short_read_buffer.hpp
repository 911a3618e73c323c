#pragma once

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/detail/descriptor_read_op.hpp>
#include <boost/asio/detail/reactive_socket_recv_op.hpp>
#include <boost/version.hpp>

namespace holdfast::net {

/// A buffer for `async_receive` and `async_read_some` that takes a short read as proof that nothing more is there, so
/// that the next asynchronous read waits for the reactor instead of first trying (and failing with EAGAIN): one system
/// call fewer for each message of a request-answer protocol. epoll(7) allows this for stream sockets watched
/// edge-triggered, as Asio does.
///
/// The price: an end of stream that came together with the data of a short read gives no event of its own. Whoever
/// needs to see it at once (a body delimited by the close, a half-closing client) reads with a plain mutable_buffer.
struct short_read_buffer : boost::asio::mutable_buffer {
  short_read_buffer(void* data, std::size_t size) : boost::asio::mutable_buffer{data, size} {}
};

}  // namespace holdfast::net

// Boost 1.81 switches speculative reads off at the end of the stream only, and has no option for it. These are its own
// operations except for that condition. Under another Boost the type behaves as a plain buffer: slower, not wrong.
#if BOOST_VERSION == 108100
namespace boost::asio::detail {

template <>
class reactive_socket_recv_op_base<holdfast::net::short_read_buffer> : public reactor_op {
 public:
  reactive_socket_recv_op_base(boost::system::error_code const& success_ec, socket_type socket,
                               socket_ops::state_type state, holdfast::net::short_read_buffer const& buffer,
                               socket_base::message_flags flags, func_type complete_func)
      : reactor_op(success_ec, &reactive_socket_recv_op_base::do_perform, complete_func),
        socket_{socket},
        state_{state},
        buffer_{buffer},
        flags_{flags} {}

  static status do_perform(reactor_op* base) {
    auto* const op = static_cast<reactive_socket_recv_op_base*>(base);
    bool const done_now = socket_ops::non_blocking_recv1(op->socket_, op->buffer_.data(), op->buffer_.size(),
                                                         op->flags_, (op->state_ & socket_ops::stream_oriented) != 0,
                                                         op->ec_, op->bytes_transferred_);
    if (!done_now) return not_done;
    return op->bytes_transferred_ < op->buffer_.size() ? done_and_exhausted : done;
  }

 private:
  socket_type socket_;
  socket_ops::state_type state_;
  holdfast::net::short_read_buffer buffer_;
  socket_base::message_flags flags_;
};

template <>
class descriptor_read_op_base<holdfast::net::short_read_buffer> : public reactor_op {
 public:
  descriptor_read_op_base(boost::system::error_code const& success_ec, int descriptor,
                          holdfast::net::short_read_buffer const& buffer, func_type complete_func)
      : reactor_op(success_ec, &descriptor_read_op_base::do_perform, complete_func),
        descriptor_{descriptor},
        buffer_{buffer} {}

  static status do_perform(reactor_op* base) {
    auto* const op = static_cast<descriptor_read_op_base*>(base);
    bool const done_now = descriptor_ops::non_blocking_read1(op->descriptor_, op->buffer_.data(), op->buffer_.size(),
                                                             op->ec_, op->bytes_transferred_);
    if (!done_now) return not_done;
    return op->bytes_transferred_ < op->buffer_.size() ? done_and_exhausted : done;
  }

 private:
  int descriptor_;
  holdfast::net::short_read_buffer buffer_;
};

}  // namespace boost::asio::detail
#endif
