// Reading: from bytes to requests. What is sent is in connection_answer.cpp.
#include "target/connection.hpp"

#include <algorithm>
#include <cstring>

#include <sys/socket.h>

#include "net/short_read_buffer.hpp"
#include "target/message_head.hpp"
#include "target/worker.hpp"

namespace holdfast::target {
namespace {

// Room for a usual head; grows to the limit for an unusual one.
constexpr std::size_t first_buffer_bytes = 4 * 1024;
// A little more than one full TLS record.
constexpr std::size_t cipher_bytes = 17 * 1024;

}  // namespace

connection::connection(worker& owner) : owner_{owner}, socket_{owner.context()} {}

void connection::start(time_point now) {
  phase_ = phase::head;
  in_use_ = true;
  must_linger_ = false;
  stalled_ = peer_closed_ = false;
  first_read_ = true;
  answers_here_ = 0;
  input_begin_ = input_end_ = scanned_ = 0;
  last_activity_ = now;
  has_tls_backlog_ = false;
  is_shaking_hands_ = owner_.tls() != nullptr;
  if (is_shaking_hands_) tls_ = net::tls_session::start_server(*owner_.tls());
  receive();
}

bool connection::make_room() {
  if (input_begin_ == input_end_) input_begin_ = input_end_ = 0;
  if (input_end_ < input_.size()) return true;
  if (input_begin_ > 0) {
    std::memmove(input_.data(), input_.data() + input_begin_, input_end_ - input_begin_);
    input_end_ -= input_begin_;
    input_begin_ = 0;
    return true;
  }
  auto const limit = std::size_t{owner_.options().limits.head_bytes};
  if (input_.size() >= limit) return false;  // the peer waits until what it sent has been used
  input_.resize(std::min(limit, std::max(first_buffer_bytes, 2 * input_.size())));
  return true;
}

void connection::receive() {
  if (has_tls_backlog_) decrypt(clock_seam::now());
  if (receiving_ || peer_closed_ || !is_open()) return;
  if (tls_) {
    if (has_tls_backlog_) return;
    cipher_.resize(cipher_bytes);
    receive_into(cipher_.data(), cipher_.size());
  } else if (make_room()) {
    receive_into(input_.data() + input_end_, input_.size() - input_end_);
  }
}

void connection::receive_into(char* at, std::size_t room) {
  receiving_ = true;
  ++pending_;
  auto handler = [this](boost::system::error_code ec, std::size_t bytes) { on_received(ec, bytes); };
  // The first read is a plain one, to see at once that a client has sent its only request together with its FIN. Of a
  // later FIN that comes together with data check_idle() learns.
  if (first_read_) {
    socket_.async_receive(boost::asio::buffer(at, room), handler);
  } else {
    socket_.async_receive(net::short_read_buffer{at, room}, handler);
  }
}

void connection::on_received(boost::system::error_code ec, std::size_t bytes) {
  --pending_;
  receiving_ = false;
  if (is_open()) {
    if (ec == boost::asio::error::eof) {
      on_peer_closed();
    } else if (ec) {
      close_now();
    } else {
      auto const now = clock_seam::now();
      first_read_ = false;
      last_activity_ = now;
      owner_.truth().count_received(bytes);
      if (phase_ == phase::lingering) {
        // only read to let the peer finish
      } else if (tls_) {
        take_cipher(bytes, now);
      } else {
        input_end_ += bytes;
        process(now);
      }
      receive();
    }
  }
  leave_handler();
}

void connection::on_peer_closed() {
  peer_closed_ = true;
  // Perhaps it closed its sending side only and still waits for the answer.
  if (phase_ != phase::answering || stalled_) close_now();
}

void connection::process(time_point now) {
  while ((phase_ == phase::head || phase_ == phase::body) && !owner_.is_halted()) {
    if (!(phase_ == phase::head ? read_head(now) : read_body(now))) break;
  }
  if (batched_ > 0) send_batch();
  if (peer_closed_ && (phase_ == phase::head || phase_ == phase::body)) close_now();
}

bool connection::read_head(time_point now) {
  auto const data = unread();
  if (data.empty()) return false;
  if (scanned_ == 0) head_since_ = now;
  request head;
  auto const scan = scan_request(data, scanned_, head);
  if (scan.status == scan_status::incomplete) {
    scanned_ = data.size();
    if (data.size() >= owner_.options().limits.head_bytes) refuse(431, now);
    return false;
  }
  scanned_ = 0;
  input_begin_ += scan.bytes;
  if (scan.status == scan_status::malformed) {
    refuse(400, now);
    return false;
  }
  arrival_ = now;
  auto const path = match_path(head.method, head.target);
  owner_.truth().count_arrival(path.kind, now);
  if (head.framing == body_framing::none) {
    kept_body_.clear();
    respond(head, path, now);
  } else {
    begin_body(head, path, data.substr(0, scan.bytes));
  }
  return true;
}

void connection::begin_body(request const& head, path_match const& path, std::string_view raw_head) {
  kept_head_.assign(raw_head);
  kept_body_.clear();
  keeps_body_ = path.kind == path_kind::echo;
  body_.start(head);
  phase_ = phase::body;
  if (head.expects_continue && unread().empty()) transmit("HTTP/1.1 100 Continue\r\n\r\n");
}

bool connection::read_body(time_point now) {
  auto data = unread();
  auto const status = body_.consume(data, [this](std::string_view piece) {
    auto const limit = owner_.options().limits.echo_body_bytes;
    if (keeps_body_ && kept_body_.size() <= limit) kept_body_.append(piece.substr(0, limit + 1));
  });
  input_begin_ = input_end_ - data.size();
  if (status == body_reader::status::more) return false;
  if (status == body_reader::status::malformed) {
    refuse(400, now);
    return false;
  }
  phase_ = phase::head;
  request head;
  scan_request(kept_head_, 0, head);
  respond(head, match_path(head.method, head.target), now);
  return true;
}

void connection::refuse(std::uint16_t status, time_point now) {
  owner_.truth().count_malformed();
  arrival_ = now;
  must_linger_ = true;
  is_counted_ = false;
  request unknown;
  unknown.after = persistence::close;
  begin_answer(plain_answer(unknown, status, "text/plain", reason_of(status)), now);
}

// A FIN that came together with data is not seen until something else happens on the socket (short_read_buffer); a look
// once a second finds it.
void connection::check_idle(time_point now) {
  if (!is_open()) return;
  auto const& limits = owner_.options().limits;
  auto const quiet = now - last_activity_;
  bool const waits_for_peer = phase_ == phase::head || phase_ == phase::body || stalled_;
  if (waits_for_peer && quiet >= limits.idle) {
    close_now();
  } else if (phase_ == phase::head && scanned_ > 0 && now - head_since_ >= limits.head) {
    refuse(408, now);
  } else if (!peer_closed_ && quiet >= std::chrono::seconds{1}) {
    char unused = 0;
    if (::recv(socket_.native_handle(), &unused, 1, MSG_PEEK | MSG_DONTWAIT) == 0) on_peer_closed();
  }
  leave_handler();
}

void connection::close_now() {
  if (!is_open()) return;
  if (phase_ == phase::answering && !stalled_) {
    owner_.truth().count_unfinished();
    if (is_counted_) owner_.count_ended(answers_in_current_);
  }
  if (batched_ > 0) owner_.count_ended(batched_);
  is_counted_ = false;
  owner_.truth().count_closed();
  owner_.stop_delay(*this);
  phase_ = phase::closed;
  batched_ = 0;
  owner_.batch().clear();
  output_.clear();
  tls_.reset();
  boost::system::error_code ignored;
  socket_.close(ignored);
}

void connection::shut_down() {
  close_now();
  leave_handler();
}

void connection::leave_handler() {
  if (is_open() || pending_ > 0 || !in_use_) return;
  in_use_ = false;
  owner_.release(*this);
}

}  // namespace holdfast::target
