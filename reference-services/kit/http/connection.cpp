#include "kit/http/connection.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "kit/http/answer_text.hpp"

namespace holdfast::kit {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::size_t first_buffer_bytes = 4096;

std::string text_of(asio::ip::tcp::endpoint const& peer) {
  auto const address = peer.address().to_string();
  return (peer.address().is_v6() ? "[" + address + "]" : address) + ":" + std::to_string(peer.port());
}

message_limits limits_of(server_limits const& from) {
  return {.header_bytes = from.header_bytes, .header_fields = from.header_fields, .body_bytes = from.body_bytes};
}

/// Counts a request while it is being answered, however that ends.
class flight {
 public:
  explicit flight(std::size_t& counted) : counted_{&counted} { ++*counted_; }
  flight(flight const&) = delete;
  flight& operator=(flight const&) = delete;
  ~flight() { --*counted_; }

 private:
  std::size_t* counted_;
};

}  // namespace

connection::connection(server_core& core, asio::ip::tcp::socket socket, asio::ip::tcp::endpoint const& peer,
                       admission how)
    : core_{core},
      socket_{std::move(socket)},
      place_{core.open.insert(core.open.end(), this)},
      reader_{limits_of(core.settings.limits)},
      read_at_{clock_seam::now()},
      admission_{how} {
  reader_.asked().peer = text_of(peer);
  error_code ignored;
  socket_.non_blocking(true, ignored);
}

connection::~connection() {
  core_.open.erase(place_);
  if (core_.open.empty()) core_.emptied.cancel();
}

asio::awaitable<void> connection::serve() {
  if (admission_ == admission::refused) {
    reader_.refuse(503);
  } else {
    co_await serve_requests();
  }
  if (reader_.at() == request_reader::progress::refused) {
    answer_ = error_answer(reader_.refusal());
    compose();
    if (!write_now()) co_await write_rest();
    finish_answer();
  }
  error_code ignored;
  bool const has_unread = begin_ < end_ || reader_.at() == request_reader::progress::refused ||
                          (socket_.is_open() && socket_.available(ignored) > 0);
  // Closing with unread bytes would reset the connection and could take the answer away from the client.
  if (has_unread && socket_.is_open()) co_await linger();
  socket_.close(ignored);
}

/// Until the connection ends or a request is refused.
asio::awaitable<void> connection::serve_requests() {
  while (!must_close_) {
    feed();
    switch (reader_.at()) {
      case request_reader::progress::refused:
        co_return;
      case request_reader::progress::complete:
        // Without a frame of its own, unless the route or the crowd asks for one.
        if (match_.found != nullptr && match_.found->slow) {
          co_await answer_request();
        } else if (!core_.slots.try_enter()) {
          co_await answer_request();
        } else {
          request_slots::holder const held{core_.slots};
          answer_quickly();
        }
        if (!write_now()) co_await write_rest();
        finish_answer();
        reader_.begin();
        break;
      default:
        if (reader_.expects_continue() && begin_ == end_) {
          constexpr std::string_view leave = "HTTP/1.1 100 Continue\r\n\r\n";
          reader_.grant_continue();
          unsent_ = {asio::buffer(leave.data(), leave.size()), asio::const_buffer{}};
          if (!write_now()) co_await write_rest();
        }
        bool const goes_on = co_await read();
        if (!goes_on) co_return;
    }
  }
}

asio::awaitable<bool> connection::read() {
  begin_wait();
  make_room();
  auto const room = asio::buffer(buffer_.data() + end_, buffer_.size() - end_);
  auto const [ec, bytes] = co_await socket_.async_read_some(room, asio::as_tuple(asio::use_awaitable));
  auto const waited = std::exchange(phase_, phase::working);
  deadline_ = time_point::max();
  read_at_ = clock_seam::now();
  end_ += bytes;
  if (!ec) co_return true;
  if (ec != asio::error::operation_aborted || !socket_.is_open()) {
    must_close_ = true;
    co_return false;
  }
  if (waited == phase::idle) {
    // A request that came in the moment before is still answered.
    must_close_ = !refill_without_waiting();
    co_return !must_close_;
  }
  reader_.refuse(408);
  co_return false;
}

asio::awaitable<void> connection::answer_request() {
  flight const counted{core_.in_flight};
  if (!core_.slots.try_enter()) co_await core_.slots.enter();
  request_slots::holder const held{core_.slots};
  if (match_.found == nullptr || !match_.found->slow) {
    answer_quickly();
    co_return;
  }
  std::exception_ptr failure;
  try {
    if (core_.settings.before_handler) core_.settings.before_handler(reader_.asked());
    answer_ = co_await match_.found->slow(reader_.asked());
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure) answer_failure(failure);
  compose();
}

asio::awaitable<void> connection::write_rest() {
  phase_ = phase::writing;
  deadline_ = clock_seam::now() + core_.settings.limits.write_time;
  auto const [ec, bytes] = co_await asio::async_write(socket_, unsent_, asio::as_tuple(asio::use_awaitable));
  phase_ = phase::working;
  deadline_ = time_point::max();
  if (ec) cut_off();
}

/// Says that nothing more will come and reads over what the client still sends.
asio::awaitable<void> connection::linger() {
  error_code ec;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ec);
  if (ec) co_return;
  phase_ = phase::lingering;
  deadline_ = clock_seam::now() + core_.settings.limits.linger_time;
  if (buffer_.empty()) buffer_.resize(first_buffer_bytes);
  while (phase_ == phase::lingering) {
    auto const [failed, bytes] =
        co_await socket_.async_read_some(asio::buffer(buffer_), asio::as_tuple(asio::use_awaitable));
    if (failed) break;
  }
  deadline_ = time_point::max();
}

void connection::enforce(time_point now) {
  if (now < deadline_) return;
  deadline_ = time_point::max();
  if (phase_ == phase::writing) {
    cut_off();
  } else {
    if (phase_ == phase::lingering) phase_ = phase::working;
    error_code ignored;
    socket_.cancel(ignored);
  }
}

void connection::close_if_idle() {
  error_code ignored;
  if (phase_ == phase::idle) socket_.cancel(ignored);
}

void connection::cut_off() {
  must_close_ = true;
  error_code ignored;
  socket_.close(ignored);
}

void connection::tell_failure(request const* asked, std::exception_ptr const& failure) const {
  if (core_.settings.on_failure) core_.settings.on_failure(asked, failure);
}

void connection::feed() {
  using enum request_reader::progress;
  while (reader_.at() == in_head || reader_.at() == in_body) {
    bool const had_begun = reader_.has_begun();
    bool const had_head = reader_.has_head();
    auto const taken = reader_.feed({buffer_.data() + begin_, end_ - begin_});
    begin_ += taken;
    if (!had_begun && reader_.has_begun()) head_began_ = read_at_;
    if (!had_head && reader_.has_head()) take_head();
    if (taken == 0) break;
  }
  if (begin_ == end_) begin_ = end_ = 0;
}

void connection::take_head() {
  auto& asked = reader_.asked();
  asked.received = read_at_;
  if (asked.host.empty()) asked.host = core_.local_host;
  if (!is_valid_correlation_id(asked.correlation_id)) asked.correlation_id = make_correlation_id();
  core_.routes.find(asked.method, asked.path, match_);
  asked.route = match_.pattern;
  std::swap(asked.captures, match_.captures);
}

void connection::begin_wait() {
  auto const& limits = core_.settings.limits;
  if (reader_.has_head()) {
    phase_ = phase::body;
    deadline_ = reader_.asked().received + limits.body_time;
  } else if (reader_.has_begun()) {
    phase_ = phase::head;
    deadline_ = head_began_ + limits.header_time;
  } else {
    phase_ = phase::idle;
    deadline_ = read_at_ + limits.idle_time;
  }
}

void connection::make_room() {
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  // A full buffer is always read before: the reader refuses heads, and lines between chunks, that do not fit.
  if (end_ == buffer_.size()) buffer_.resize(std::max(first_buffer_bytes, buffer_.size() * 2));
}

bool connection::refill_without_waiting() {
  make_room();
  error_code ec;
  auto const bytes = socket_.read_some(asio::buffer(buffer_.data() + end_, buffer_.size() - end_), ec);
  end_ += bytes;
  return !ec;
}

}  // namespace holdfast::kit
