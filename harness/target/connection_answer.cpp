// Answering: from steps to bytes. What is received is in connection.cpp.
#include <cerrno>
#include <utility>

#include <boost/asio/post.hpp>
#include <sys/socket.h>

#include "target/connection.hpp"
#include "target/worker.hpp"

namespace holdfast::target {
namespace {

// Pipelined answers are gathered up to this size.
constexpr std::size_t batch_limit = 64 * 1024;
// Steps (of at most 64 KiB) before other connections get their turn.
constexpr int steps_a_turn = 16;

}  // namespace

request_context connection::context_of_request() const {
  auto const limit = owner_.options().limits.echo_body_bytes;
  return {.ordinary = owner_.ordinary(),
          .answers_before = answers_sent(),
          .body = kept_body_,
          .body_is_cut = kept_body_.size() > limit};
}

void connection::respond(request const& head, path_match const& path, time_point now) {
  auto made = owner_.react(head, path, *this);
  if (made.is_deferred) {
    is_counted_ = false;
    settle_batch();
    if (is_open()) phase_ = phase::answering;
    ++pending_;  // give() will come
    return;
  }
  is_counted_ = true;
  if (made.ready.empty()) return begin_answer(std::move(made.steps), now);
  if (owner_.is_delaying()) return begin_ready(made.ready, now);
  if (arrival_ == now && (batched_ > 0 || input_begin_ != input_end_)) {
    owner_.batch() += made.ready;
    ++batched_;
    if (owner_.batch().size() >= batch_limit) send_batch();
    return;
  }
  settle_batch();
  send_ready(made.ready, 1);
}

void connection::send_batch() {
  auto const answers = std::exchange(batched_, 0);
  send_ready(owner_.batch(), answers);
  owner_.batch().clear();
}

/// Sends the batch ahead of an answer of another kind. What the kernel does not take at once counts as sent all the
/// same: the two cannot be told apart in the queue.
void connection::settle_batch() {
  if (batched_ == 0) return;
  auto const next_is_counted = is_counted_;
  send_batch();
  if (phase_ == phase::answering) finish_answer();
  is_counted_ = next_is_counted;
}

// The steady state: whole answers in one send.
void connection::send_ready(std::string_view bytes, std::uint64_t answers) {
  answers_in_current_ = answers;
  is_counted_ = true;
  current_.status = owner_.ordinary().status();
  current_.end = ending::keep;
  current_.steps.clear();
  step_ = 0;
  phase_ = phase::answering;
  if (transmit(bytes)) finish_answer();
}

void connection::begin_answer(answer made, time_point now, answer_timing timing) {
  settle_batch();
  if (!is_open()) return;
  current_ = std::move(made);
  begin_current(now, timing);
}

/// A delayed ordinary answer; the steps keep their memory from one to the next.
void connection::begin_ready(std::string_view bytes, time_point now) {
  current_.status = owner_.ordinary().status();
  current_.end = ending::keep;
  current_.steps.clear();
  current_.steps.push_back(send_fixed{bytes});
  begin_current(now, answer_timing::by_law);
}

void connection::begin_current(time_point now, answer_timing timing) {
  answers_in_current_ = 1;
  step_ = 0;
  offset_ = 0;
  phase_ = phase::answering;
  if (timing == answer_timing::by_law && owner_.is_delaying()) {
    auto const due = owner_.due(arrival_);
    if (due > now) return wait_until(due);
  }
  advance(now);
}

void connection::give(answer made) {
  --pending_;
  if (is_open()) {
    auto const now = clock_seam::now();
    begin_answer(std::move(made), now, answer_timing::at_once);
    process(now);
    receive();
  }
  leave_handler();
}

void connection::on_delay_over(time_point now) {
  if (phase_ == phase::lingering) {
    close_now();
  } else {
    resume(now);
  }
  leave_handler();
}

void connection::resume(time_point now) {
  advance(now);
  process(now);
  receive();
}

void connection::advance(time_point now) {
  for (int turn = 0; phase_ == phase::answering && !stalled_; ++turn) {
    if (flushing_) return;
    if (step_ == current_.steps.size()) return finish_answer();
    if (turn == steps_a_turn) return yield();
    if (!perform(current_.steps[step_], now)) return;
  }
}

void connection::next_step() {
  ++step_;
  offset_ = 0;
}

/// False when it has to wait, or the connection is gone.
bool connection::perform(step const& s, time_point now) {
  if (auto const* fixed = std::get_if<send_fixed>(&s)) {
    next_step();
    return transmit(fixed->bytes);
  }
  if (auto const* text = std::get_if<send_text>(&s)) {
    next_step();
    return transmit(text->bytes);
  }
  if (auto const* pattern = std::get_if<send_filler>(&s)) return perform_filler(*pattern);
  if (auto const* paced = std::get_if<send_paced>(&s)) return perform_paced(*paced, now);
  if (auto const* forever = std::get_if<send_forever>(&s)) return transmit(forever->bytes);
  next_step();
  wait_until(now + std::get<wait_for>(s).length);
  return false;
}

bool connection::perform_filler(send_filler const& s) {
  auto const piece = filler(offset_, s.bytes - offset_);
  offset_ += piece.size();
  if (offset_ == s.bytes) next_step();
  return transmit(piece);
}

bool connection::perform_paced(send_paced const& s, time_point now) {
  auto const piece = std::string_view{s.bytes}.substr(static_cast<std::size_t>(offset_), s.piece);
  offset_ += piece.size();
  bool const is_last = offset_ >= s.bytes.size();
  bool const sent = transmit(piece);
  if (is_last) {
    next_step();
    return sent;
  }
  if (sent) wait_until(now + s.pause);
  return false;
}

void connection::finish_answer() {
  if (current_.status != 0) {
    owner_.truth().count_answers(current_.status, clock_seam::now() - arrival_, answers_in_current_);
  } else {
    owner_.truth().count_unfinished();
  }
  answers_here_ += answers_in_current_;
  if (std::exchange(is_counted_, false)) owner_.count_ended(answers_in_current_);
  phase_ = phase::head;
  switch (current_.end) {
    case ending::keep:
      return;
    case ending::close:
      if (tls_) {
        tls_->close();
        transmit_raw(tls_->output());
      }
      if (!output_.empty()) must_linger_ = true;
      if (must_linger_ || input_begin_ != input_end_) return linger();
      return close_now();
    case ending::reset:
      return reset();
    case ending::stall:
      phase_ = phase::answering;
      stalled_ = true;
      return;
  }
}

void connection::wait_until(time_point due) { owner_.delay(*this, due); }

void connection::yield() {
  ++pending_;
  boost::asio::post(socket_.get_executor(), [this] {
    --pending_;
    if (is_open()) resume(clock_seam::now());
    leave_handler();
  });
}

/// Hands bytes to the kernel. False when it has not taken all yet (the flush goes on by itself, then the answer), or
/// when the peer is gone.
bool connection::transmit(std::string_view bytes) {
  if (!is_open()) return false;
  if (!tls_) return transmit_raw(bytes);
  if (!tls_->write(bytes)) {
    close_now();
    return false;
  }
  auto const cipher = tls_->output();
  bool const sent = transmit_raw(cipher);
  if (tls_) tls_->consume_output();
  return sent;
}

bool connection::transmit_raw(std::string_view bytes) {
  if (bytes.empty()) return output_.empty();
  if (!output_.empty()) {
    output_ += bytes;
    return false;
  }
  auto const sent = ::send(socket_.native_handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent < 0 && errno != EAGAIN) {
    close_now();
    return false;
  }
  auto const taken = sent > 0 ? static_cast<std::size_t>(sent) : 0;
  owner_.truth().count_sent(taken);
  if (taken == bytes.size()) return true;
  output_.assign(bytes.substr(taken));
  flush();
  return false;
}

void connection::flush() {
  flushing_ = true;
  ++pending_;
  socket_.async_send(boost::asio::buffer(output_),
                     [this](boost::system::error_code ec, std::size_t bytes) { on_flushed(ec, bytes); });
}

void connection::on_flushed(boost::system::error_code ec, std::size_t bytes) {
  --pending_;
  flushing_ = false;
  if (is_open()) {
    owner_.truth().count_sent(bytes);
    output_.erase(0, bytes);
    if (ec) {
      close_now();
    } else if (!output_.empty()) {
      flush();
    } else if (phase_ == phase::lingering) {
      linger();
    } else {
      resume(clock_seam::now());
    }
  }
  leave_handler();
}

void connection::linger() {
  if (!is_open()) return;
  if (peer_closed_ && !flushing_) return close_now();
  input_begin_ = input_end_;
  if (phase_ != phase::lingering) wait_until(clock_seam::now() + owner_.options().limits.linger);
  phase_ = phase::lingering;
  if (flushing_) return;  // comes back here
  boost::system::error_code ignored;
  socket_.shutdown(stream_socket::shutdown_send, ignored);
}

void connection::reset() {
  boost::system::error_code ignored;
  socket_.set_option(boost::asio::socket_base::linger{true, 0}, ignored);
  close_now();
}

}  // namespace holdfast::target
