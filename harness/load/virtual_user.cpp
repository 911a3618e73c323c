#include "load/virtual_user.hpp"

#include <array>
#include <utility>

namespace holdfast::load {
namespace {

outcome outcome_of(net::exchange_failure why) {
  switch (why) {
    case net::exchange_failure::resolve:
      return outcome::resolve_failed;
    case net::exchange_failure::connect:
    case net::exchange_failure::own_limit:
      return outcome::connect_refused;
    case net::exchange_failure::tls:
      return outcome::tls_failed;
    case net::exchange_failure::reset:
      return outcome::reset;
    case net::exchange_failure::closed_early:
      return outcome::closed_early;
    case net::exchange_failure::malformed:
      return outcome::malformed_answer;
  }
  return outcome::reset;
}

}  // namespace

virtual_user::virtual_user(user_host& host, std::uint64_t number, std::unique_ptr<user_script> script)
    : host_{host}, script_{std::move(script)}, response_limit_{*this}, connect_limit_{*this}, number_{number} {}

void virtual_user::begin(time_point intended, time_point now) {
  intended_ = intended;
  awaits_first_ = true;
  advance(now);
}

void virtual_user::advance(time_point now) {
  for (;;) {
    if (!in_request_ && !host_.may_start_request()) return host_.on_idle(*this);
    auto const move = script_->next(now);
    if (auto const* const next = std::get_if<attempt>(&move)) {
      attempt_ = *next;
      return start_attempt(now);
    }
    if (auto const* const rest = std::get_if<pause>(&move)) {
      intended_ = now + rest->length;
      return host_.wake_at(*this, intended_);
    }
    auto const then = std::holds_alternative<retired>(move) ? after_sequence::end : host_.on_sequence_end(*this, now);
    if (then == after_sequence::end) return host_.on_idle(*this);
    if (then == after_sequence::wait) return;
  }
}

void virtual_user::start_attempt(time_point now) {
  attempt_started_ = now;
  if (!in_request_) {
    in_request_ = true;
    request_ = {.intended = intended_, .started = now};
    host_.on_request_start(*this, std::exchange(awaits_first_, false));
    host_.records().request_started(request_, now);
  }
  in_attempt_ = true;
  host_.response_limits().add(response_limit_, now);
  active_ = link_to(attempt_.origin);
  if (active_ != nullptr) return put_on_connection(*active_->connection, now);
  connecting_ = true;
  host_.connect_limits().add(connect_limit_, now);
}

void virtual_user::put_on_connection(net::client_connection& connection, time_point now) {
  active_->used = now;
  if (connecting_ && connection.is_open()) {  // another user's lane opens it, and watches that
    connecting_ = false;
    connect_limit_.unlink();
  }
  if (!connection.is_open()) make_room();
  if (!connecting_ && !connection.is_open()) {
    connecting_ = true;
    host_.connect_limits().add(connect_limit_, now);
  }
  host_.records().attempt_begun();
  connection.send({.bytes = attempt_.bytes,
                   .is_head = attempt_.is_head,
                   .collect = attempt_.wants != answer_wants::status,
                   .close_after = attempt_.close_after});
}

virtual_user::link* virtual_user::link_to(std::uint32_t origin) {
  for (auto& existing : links_) {
    if (existing.origin == origin) return &existing;
  }
  auto connection = host_.connect(*this, origin);
  if (!connection) return nullptr;
  links_.push_back({.origin = origin, .connection = std::move(connection)});
  return &links_.back();
}

/// Redirects can name any number of origins, each with a connection. The one that rested longest is closed for a new
/// one, and opens again when it is needed.
void virtual_user::make_room() {
  if (links_.size() <= most_open_connections) return;
  link* longest = nullptr;
  std::size_t open = 0;
  for (auto& each : links_) {
    if (!each.connection->is_open()) continue;
    ++open;
    if (longest == nullptr || each.used < longest->used) longest = &each;
  }
  if (open >= most_open_connections) longest->connection->abandon();
}

void virtual_user::resume(bool found, std::string_view detail, time_point now) {
  if (!in_attempt_ || active_ != nullptr) return;  // its limit of time ran out meanwhile
  if (!found) return fail(outcome::resolve_failed, detail, now);
  active_ = link_to(attempt_.origin);
  put_on_connection(*active_->connection, now);
}

void virtual_user::on_connected(net::client_connection&) {
  connect_limit_.unlink();
  connecting_ = false;
  host_.records().connection_opened();
}

void virtual_user::on_reconnecting(net::client_connection&, time_point at) {
  connecting_ = true;
  host_.connect_limits().add(connect_limit_, at);
}

void virtual_user::on_answer(net::client_connection&, net::response_scanner const& scanner, time_point at) {
  end_attempt();
  auto const& head = scanner.head();
  count_traffic(scanner.body_bytes());
  auto const judged = script_->on_answer({.status = head.status,
                                          .http_minor = head.http_minor,
                                          .body_bytes = scanner.body_bytes(),
                                          .headers = scanner.fields(),
                                          .body = scanner.body(),
                                          .body_was_cut = scanner.body_was_cut()},
                                         {.started = attempt_started_, .ended = at});
  if (!judged.continues) {
    in_request_ = false;
    host_.records().request_answered(attempt_.name, request_, at, judged.verdict, head.status);
    if (!is_ok(judged.verdict)) record_failure(judged.verdict, head.status, judged.detail, at);
    intended_ = at;
  }
  advance(at);
}

void virtual_user::on_failure(net::client_connection&, net::exchange_failure why, std::string_view detail,
                              time_point at) {
  if (why == net::exchange_failure::own_limit) host_.records().own_limit_hit();
  fail(outcome_of(why), detail, at);
}

void virtual_user::on_time_limit(time_point now) {
  if (!in_attempt_) return;
  auto const reason = connecting_ ? outcome::connect_timeout : outcome::response_timeout;
  if (active_ != nullptr) active_->connection->abandon();
  fail(reason, {}, now);
}

void virtual_user::cancel(time_point now) {
  if (!in_request_) return;
  if (active_ != nullptr && in_attempt_) {
    active_->connection->abandon();
    count_traffic(0);
  }
  auto const was_in_attempt = in_attempt_;
  end_attempt();
  in_request_ = false;
  if (was_in_attempt) script_->on_failure(outcome::cancelled_at_end, {}, {.started = attempt_started_, .ended = now});
  host_.records().request_failed(attempt_.name, request_, now, outcome::cancelled_at_end);
}

void virtual_user::close() {
  for (auto& open : links_) open.connection->abandon();
}

void virtual_user::end_attempt() {
  in_attempt_ = connecting_ = false;
  response_limit_.unlink();
  connect_limit_.unlink();
}

void virtual_user::count_traffic(std::uint64_t body_bytes) {
  auto const received = active_->connection->bytes_received();
  auto const sent = active_->connection->bytes_sent();
  host_.records().traffic(received - active_->counted_received, body_bytes, sent - active_->counted_sent);
  active_->counted_received = received;
  active_->counted_sent = sent;
}

void virtual_user::fail(outcome reason, std::string_view detail, time_point at) {
  end_attempt();
  in_request_ = false;
  script_->on_failure(reason, detail, {.started = attempt_started_, .ended = at});
  host_.records().request_failed(attempt_.name, request_, at, reason);
  record_failure(reason, 0, detail, at);
  intended_ = at;
  advance(at);
}

void virtual_user::record_failure(outcome reason, std::uint16_t status, std::string_view detail, time_point at) {
  failure_place place{.user = number_, .detail = std::string{detail}};
  if (active_ != nullptr) {
    count_traffic(0);
    place.connection = active_->connection->connection_id();
    place.peer = active_->connection->peer();
  }
  host_.records().keep_failure(attempt_.name, request_, at, reason, status, std::move(place));
}

}  // namespace holdfast::load
