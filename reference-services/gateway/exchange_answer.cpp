// The answer's way to the client.
#include <algorithm>
#include <utility>

#include "gateway/exchange.hpp"

namespace holdfast::gateway {

namespace asio = boost::asio;
using answer_progress = answer_reader::progress;

namespace {

// Seldom enough to cost nothing; soon enough that those who gave up do not fill the gateway.
constexpr nanoseconds look_at_client{500'000'000};

}  // namespace

/// Waits for more of the answer, as long as somebody waits for it in turn: a slow backend whose clients give up must
/// not hold a connection for each of them.
asio::awaitable<transfer> exchange::await_answer(time_point until) {
  for (;;) {
    auto const look = std::min(until, clock_seam::now() + look_at_client);
    auto const got = co_await connection_->fill(look);
    if (got != transfer::timed_out || look == until) co_return got;
    is_client_gone_ = client_.has_hung_up();
    if (is_client_gone_) co_return transfer::interrupted;
  }
}

asio::awaitable<backend_failure> exchange::read_answer_head() {
  auto const until = clock_seam::now() + core_.config.answer_time;
  for (;;) {
    feed_answer();
    if (answer_.has_head()) co_return backend_failure::none;
    if (answer_.at() == answer_progress::refused) co_return backend_failure::malformed;
    auto const got = co_await await_answer(until);
    if (got == transfer::timed_out) co_return backend_failure::no_answer_in_time;
    if (got != transfer::done) co_return backend_failure::lost;
  }
}

void exchange::feed_answer() {
  auto const taken = answer_.feed(connection_->unread());
  connection_->consume(taken);
}

void exchange::compose_answer() {
  bool const is_head = reader_.asked().method == "HEAD";
  auto after = core_.is_draining || must_close_ ? kit::persistence::close : reader_.after();
  auto all =
      fields_for_client(answer_.head_fields(), reader_.asked().headers, core_.ours, reader_.asked().correlation_id);
  to_client_.clear();
  to_client_.framing = answer_.framing();
  bool const ends_by_itself = answer_.framing() == body_framing::none || answer_.framing() == body_framing::length;
  if (!ends_by_itself) {
    bool const knows_chunks = reader_.version() >= 11;
    to_client_.framing = knows_chunks ? body_framing::chunked : body_framing::until_close;
    if (knows_chunks) all.push_back({"Transfer-Encoding", "chunked"});
    if (!knows_chunks) after = kit::persistence::close;
  } else if (answer_.length() && (answer_.framing() == body_framing::length || is_head || answer_.status() == 304)) {
    all.push_back({"Content-Length", std::to_string(*answer_.length())});
  }
  if (after == kit::persistence::close) all.push_back({"Connection", "close"});
  if (after == kit::persistence::confirm_open) all.push_back({"Connection", "keep-alive"});
  must_close_ = after == kit::persistence::close;
  to_client_.head = head_text("HTTP/1.1 " + std::to_string(answer_.status()) + " " + answer_.reason(), all);
}

asio::awaitable<exchange_end> exchange::pass_answer_on() {
  using kind = exchange_end::kind;
  compose_answer();
  exchange_end end{.status = answer_.status()};
  for (;;) {
    if (answer_.at() == answer_progress::refused && end.body_bytes == 0 && !to_client_.head.empty()) {
      co_return refusal(backend_failure::malformed);
    }
    std::swap(to_client_.body, answer_.body());
    answer_.body().clear();
    bool const is_last = answer_.at() == answer_progress::complete;
    auto pieces = to_client_.next(is_last);
    auto const sent = co_await client_.write(pieces, stalled_at());
    end.body_bytes += to_client_.body.size();
    to_client_.written();
    if (sent != transfer::done) end.is = kind::client_gone;
    if (answer_.at() == answer_progress::refused) end.is = kind::cut;
    if (end.is != kind::answered || is_last) break;
    auto const got = co_await await_answer(stalled_at());
    feed_answer();
    if (got == transfer::ended && answer_.end()) continue;
    if (got != transfer::done) {
      end.is = is_client_gone_ ? kind::client_gone : kind::cut;
      break;
    }
  }
  end.must_close = must_close_ || end.is != kind::answered;
  co_return end;
}

/// Keeps the connection when both sides are through with this request.
void exchange::let_go_of_backend() {
  auto connection = std::move(connection_);
  bool const is_clean = is_request_whole_ && answer_.at() == answer_progress::complete && answer_.keeps_open() &&
                        connection->unread().empty();
  to_backend_.clear();
  to_client_.clear();
  answer_.make_small();
  if (is_clean) backend_->keep(std::move(connection), clock_seam::now());
}

exchange_end exchange::failed(backend_failure why) {
  connection_.reset();
  return refusal(why);
}

exchange_end exchange::refusal(backend_failure why) {
  backend_->count(why);
  return {.is = exchange_end::kind::refused,
          .status = status_of(why, core_.config.is_original),
          .message = sentence(why, backend_->name())};
}

exchange_end exchange::refused_by_client(sending how) const {
  if (how == sending::client_gone) return {.is = exchange_end::kind::client_gone, .must_close = true};
  unsigned const status = how == sending::client_slow ? 408 : reader_.refusal();
  return {.is = exchange_end::kind::refused, .status = status, .message = {}, .must_close = true};
}

}  // namespace holdfast::gateway
