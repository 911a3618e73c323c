#include "gateway/session.hpp"

#include <limits>
#include <utility>

#include "gateway/request_rules.hpp"
#include "kit/http/acceptor.hpp"
#include "kit/http/answer_text.hpp"

namespace holdfast::gateway {
namespace {

namespace asio = boost::asio;
using request_progress = kit::request_reader::progress;

constexpr nanoseconds linger_time{2'000'000'000};

kit::message_limits limits_of(settings const& from) {
  // Bodies are passed on as they come, so their size costs nothing.
  return {.header_bytes = from.header_bytes, .body_bytes = std::numeric_limits<std::size_t>::max()};
}

}  // namespace

session::session(gateway_core& core, stream::socket socket, std::string address, std::uint16_t port, admission how)
    : core_{core},
      client_{std::move(socket), core.sweep},
      place_{core.open.insert(core.open.end(), this)},
      reader_{limits_of(core.config)},
      exchange_{core, client_, reader_},
      address_{std::move(address)},
      read_at_{clock_seam::now()},
      admission_{how} {
  reader_.asked().peer = kit::address_text(address_, port);
}

session::~session() {
  core_.open.erase(place_);
  if (core_.open.empty()) core_.emptied.cancel();
}

asio::awaitable<void> session::serve() {
  if (admission_ == admission::refused) {
    reader_.refuse(503);
  } else {
    co_await serve_requests();
  }
  bool const is_refused = reader_.at() == request_progress::refused && !must_cut_ && !must_close_;
  if (is_refused) co_await say(error_page(reader_.refusal(), ""), nullptr);
  bool const has_unread = is_refused || reader_.at() == request_progress::in_body || !client_.unread().empty() ||
                          client_.bytes_waiting() > 0;
  // Closing with unread bytes would reset the connection and could take the answer away from the client.
  if (has_unread && !must_cut_) co_await linger();
  client_.close();
}

/// Until the connection ends or a head is refused.
asio::awaitable<void> session::serve_requests() {
  for (;;) {
    bool const has_head = co_await read_head();
    if (!has_head) co_return;
    co_await answer_request();
    if (must_close_ || must_cut_) co_return;
    head_bytes_ = 0;
    read_at_ = clock_seam::now();
    reader_.begin();
    client_.make_small();
  }
}

asio::awaitable<bool> session::read_head() {
  for (;;) {
    feed_head();
    if (reader_.at() == request_progress::refused) co_return false;
    if (reader_.has_head()) co_return true;
    bool const goes_on = co_await wait_for_head();
    if (!goes_on) co_return false;
  }
}

asio::awaitable<bool> session::wait_for_head() {
  bool const has_begun = reader_.has_begun();
  phase_ = has_begun ? phase::working : phase::idle;
  auto const until = has_begun ? head_began_ + core_.config.header_time : read_at_ + core_.config.idle_time;
  auto const got = co_await client_.fill(until);
  phase_ = phase::working;
  if (got == transfer::done) {
    read_at_ = clock_seam::now();
    co_return true;
  }
  if (got == transfer::timed_out && has_begun) {
    reader_.refuse(408);
    co_return false;
  }
  // A request that came in the moment before the end of an idle connection is still answered.
  bool const may_have_asked = got == transfer::timed_out || got == transfer::interrupted;
  must_close_ = !may_have_asked || !client_.fill_without_waiting();
  co_return !must_close_;
}

void session::feed_head() {
  while (reader_.at() == request_progress::in_head) {
    auto const data = client_.unread();
    bool const had_begun = reader_.has_begun();
    auto const taken = reader_.feed(data);
    if (!had_begun && reader_.has_begun()) head_began_ = read_at_;
    check_head(data.substr(0, taken));
    head_bytes_ += taken;
    bool const is_too_long = reader_.at() == request_progress::refused && reader_.refusal() == 431;
    auto const fitting = data.substr(0, core_.config.header_bytes);
    // Not even the first line fits: it is the target that is too long.
    if (is_too_long && head_bytes_ == 0 && fitting.find('\n') == std::string_view::npos) reader_.refuse(414);
    client_.consume(taken);
    if (taken == 0) break;
  }
}

/// What Beast and the kit let pass and a proxy must not.
void session::check_head(std::string_view raw) {
  if (has_folded_line(raw)) return reader_.refuse(400);
  if (!reader_.has_head() || reader_.at() == request_progress::refused) return;
  auto& asked = reader_.asked();
  asked.received = read_at_;
  if (is_framed_ambiguously(asked.headers)) return reader_.refuse(400);
  if (!kit::is_valid_correlation_id(asked.correlation_id)) asked.correlation_id = kit::make_correlation_id();
}

void session::close_if_idle() {
  if (phase_ == phase::idle) client_.interrupt();
}

void session::cut_off() {
  must_cut_ = true;
  client_.close();
  exchange_.cut_off();
}

/// Says that nothing more will come and reads over what the client still sends.
asio::awaitable<void> session::linger() {
  if (!client_.is_open() || !client_.end_sending()) co_return;
  auto const until = clock_seam::now() + linger_time;
  for (auto got = transfer::done; got == transfer::done;) {
    client_.consume(client_.unread().size());
    got = co_await client_.fill(until);
  }
}

}  // namespace holdfast::gateway
