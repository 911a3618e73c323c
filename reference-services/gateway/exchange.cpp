// The request's way to the backend. The answer's way back is in exchange_answer.cpp.
#include "gateway/exchange.hpp"

#include <exception>
#include <utility>

#include "gateway/request_rules.hpp"

namespace holdfast::gateway {

namespace asio = boost::asio;
using request_progress = kit::request_reader::progress;

/// Tells that the backend says something while the request's body is still on its way.
struct exchange::alarm {
  stream* client;  // both null once nobody listens
  stream* backend;
  bool has_rung = false;
};

exchange::~exchange() { clear_alarm(); }

asio::awaitable<exchange_end> exchange::run(backend& to, std::string_view target, std::string_view peer_address) {
  backend_ = &to;
  must_close_ = is_client_gone_ = false;
  bool const can_repeat = reader_.at() == request_progress::complete && reader_.asked().body.empty() &&
                          may_be_repeated(reader_.asked().method, reader_.asked().headers);
  for (bool is_first = true;; is_first = false) {
    auto why = co_await connect(is_first);
    // The first request may have been carried out: that nobody accepts the second says nothing of it.
    if (why != backend_failure::none) co_return failed(is_first ? why : backend_failure::lost);
    answer_.begin(reader_.asked().method == "HEAD" ? answer_reader::body_rule::never
                                                   : answer_reader::body_rule::by_head);
    compose_request(target, peer_address);
    auto sent = sending::broken;
    std::exception_ptr failure;
    try {
      sent = co_await send_request();
    } catch (...) {
      failure = std::current_exception();
    }
    clear_alarm();
    if (alongside_) {
      if (failure) cut_off();
      auto const end = co_await end_alongside(sent);
      if (!failure) co_return end;
    }
    if (failure) std::rethrow_exception(failure);
    if (sent == sending::client_gone || sent == sending::client_slow || sent == sending::client_wrong) {
      connection_.reset();
      co_return refused_by_client(sent);
    }
    if (sent == sending::backend_slow) co_return failed(backend_failure::no_answer_in_time);
    is_request_whole_ = sent == sending::done;
    must_close_ = reader_.at() != request_progress::complete;
    why = co_await read_answer_head();
    if (is_client_gone_) {
      connection_.reset();
      co_return refused_by_client(sending::client_gone);
    }
    if (why == backend_failure::none) {
      auto const end = co_await pass_answer_on();
      let_go_of_backend();
      co_return end;
    }
    // A backend may close a connection that it was not asked on for long, just when the next request comes.
    bool const was_unused = is_kept_ && why == backend_failure::lost && !answer_.has_begun();
    if (!was_unused || !can_repeat || !is_first) co_return failed(why);
  }
}

asio::awaitable<backend_failure> exchange::connect(bool may_be_kept) {
  connection_ = may_be_kept ? backend_->take_kept() : nullptr;
  is_kept_ = connection_ != nullptr;
  if (is_kept_) co_return backend_failure::none;
  auto opened = co_await backend_->open(core_.config.connect_time);
  connection_ = std::move(opened.connection);
  co_return opened.why;
}

void exchange::compose_request(std::string_view target, std::string_view peer_address) {
  auto const& asked = reader_.asked();
  std::optional<std::string_view> host;
  if (core_.config.names_backend || !value_of(asked.headers, "host")) host = backend_->name();
  if (!core_.config.names_backend && !reader_.target().starts_with('/') && !asked.host.empty()) host = asked.host;
  auto all = fields_for_backend(asked.headers,
                                {.peer_address = peer_address, .correlation_id = asked.correlation_id, .host = host});
  to_backend_.clear();
  if (value_of(asked.headers, "transfer-encoding")) {
    to_backend_.framing = body_framing::chunked;
    all.push_back({"Transfer-Encoding", "chunked"});
  } else if (auto const length = value_of(asked.headers, "content-length")) {
    to_backend_.framing = body_framing::length;
    all.push_back({"Content-Length", std::string{*length}});
  }
  std::string line{asked.method};
  line.append(" ").append(target).append(" HTTP/1.1");
  to_backend_.head = head_text(line, all);
}

/// What the client has sent of the body, from its stream to the next piece.
void exchange::take_body() {
  while (reader_.at() == request_progress::in_body) {
    auto const taken = reader_.feed(client_.unread());
    client_.consume(taken);
    if (taken == 0) break;
  }
  std::swap(to_backend_.body, reader_.asked().body);
  reader_.asked().body.clear();
}

asio::awaitable<exchange::sending> exchange::send_request() {
  body_patience patience{core_.config.stall_time, core_.config.least_body_rate};
  take_body();
  for (;;) {
    if (reader_.at() == request_progress::refused) co_return sending::client_wrong;
    bool const is_last = reader_.at() == request_progress::complete;
    auto how = co_await send_piece(is_last);
    if (how != sending::done || is_last) co_return how;
    how = co_await await_body(patience);
    if (how != sending::done) co_return how;
    take_body();
  }
}

asio::awaitable<exchange::sending> exchange::send_piece(bool is_last) {
  auto pieces = to_backend_.next(is_last);
  for (;;) {
    auto const sent = co_await connection_->write(pieces, stalled_at());
    if (sent == transfer::done) break;
    if (sent == transfer::timed_out) co_return sending::backend_slow;
    if (sent != transfer::interrupted) co_return sending::broken;
    if (is_answered_) co_return sending::answered_early;
    bool const ends = co_await answer_ends_request();
    if (ends) co_return sending::answered_early;
  }
  to_backend_.written();
  co_return sending::done;
}

/// Waits for more of the body, or for an answer that makes it superfluous.
asio::awaitable<exchange::sending> exchange::await_body(body_patience& with) {
  if (reader_.expects_continue() && client_.unread().empty() && !alongside_) {
    reader_.grant_continue();
    constexpr std::string_view leave = "HTTP/1.1 100 Continue\r\n\r\n";
    outgoing_message::pieces const text{asio::buffer(leave.data(), leave.size())};
    auto pieces = text;
    auto const told = co_await client_.write(pieces, stalled_at());
    if (told != transfer::done) co_return sending::client_gone;
  }
  set_alarm();
  for (;;) {
    if (is_answered_) co_return sending::answered_early;
    if (alarm_->has_rung) {
      bool const ends = co_await answer_ends_request();
      if (ends) co_return sending::answered_early;
    }
    auto const began = clock_seam::now();
    auto const before = client_.unread().size();
    auto const got = co_await client_.fill(began + with.left());
    with.came(client_.unread().size() - before, clock_seam::now() - began);
    if (got == transfer::done) co_return sending::done;
    if (got == transfer::timed_out) co_return sending::client_slow;
    if (is_answered_) co_return sending::answered_early;
    if (got != transfer::interrupted) co_return sending::client_gone;
  }
}

/// The backend has said something. An error is its last word on this request; an answer of success goes on beside the
/// body.
asio::awaitable<bool> exchange::answer_ends_request() {
  clear_alarm();
  auto const got = co_await connection_->fill(stalled_at());
  feed_answer();
  if (got != transfer::done || answer_.at() == answer_reader::progress::refused) co_return true;
  if (!answer_.has_head()) {
    set_alarm();  // an interim answer, or the beginning of one
    co_return false;
  }
  constexpr unsigned first_failure = 300;
  alarm_ = std::make_shared<alarm>();  // nothing more to be told
  bool const is_all = answer_.at() == answer_reader::progress::complete && !answer_.keeps_open();
  if (answer_.status() >= first_failure || is_all) co_return true;
  must_close_ = true;
  is_answered_ = false;
  alongside_ = std::make_unique<kit::task_group>(core_.context.get_executor());
  alongside_->spawn(answer_alongside());
  co_return false;
}

asio::awaitable<void> exchange::answer_alongside() {
  alongside_end_ = co_await pass_answer_on();
  // A backend that stays may still want the body.
  is_answered_ = !answer_.keeps_open() || alongside_end_.is != exchange_end::kind::answered;
  if (!is_answered_) co_return;
  client_.interrupt();
  connection_->interrupt();
}

/// The request is through, or will not be: waits for the answer that is being passed on.
asio::awaitable<exchange_end> exchange::end_alongside(sending how) {
  bool const is_over = how == sending::client_gone || how == sending::client_slow || how == sending::client_wrong;
  if (is_over) connection_->close();  // which ends the answer, too: the client notices
  co_await alongside_->join();
  alongside_.reset();
  is_answered_ = false;
  connection_.reset();
  to_backend_.clear();
  to_client_.clear();
  co_return std::move(alongside_end_);
}

void exchange::cut_off() {
  if (alongside_ && connection_) connection_->close();
}

void exchange::set_alarm() {
  if (alarm_) return;
  alarm_ = std::make_shared<alarm>(alarm{.client = &client_, .backend = connection_.get()});
  connection_->plain().async_wait(stream::socket::wait_read, [of = alarm_](boost::system::error_code const& ec) {
    if (ec || of->client == nullptr) return;
    of->has_rung = true;
    of->client->interrupt();
    of->backend->interrupt();
  });
}

void exchange::clear_alarm() {
  if (!alarm_) return;
  bool const is_pending = alarm_->client != nullptr && !alarm_->has_rung;
  alarm_->client = alarm_->backend = nullptr;
  alarm_.reset();
  boost::system::error_code ignored;
  if (is_pending && connection_) connection_->plain().cancel(ignored);
}

}  // namespace holdfast::gateway
