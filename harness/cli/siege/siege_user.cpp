#include "cli/siege/siege_user.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cli/siege/siege_message_text.hpp"
#include "cli/siege/siege_page.hpp"
#include "net/http_text.hpp"

namespace holdfast::cli {
namespace {

/// siege follows redirects until it crashes; browsers give up after 20.
constexpr std::uint32_t most_hops = 20;

bool is_redirect(std::uint16_t status) { return status == 301 || status == 302 || status == 303 || status == 307; }

std::vector<auth_challenge> challenges_in(std::span<net::header_field const> fields, std::string_view name) {
  std::vector<auth_challenge> all;
  for (auto const& field : fields) {
    if (!net::equals_ignoring_case(field.name, name)) continue;
    auto const some = parse_auth_challenges(field.value);
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

}  // namespace

siege_user::siege_user(siege_shard& shard, std::uint64_t number)
    : shard_{shard},
      number_{number},
      random_{derived_seed(shard.settings().seed, number)},
      order_{shard.settings(), number, shard.urls().size()} {}

load::next_move siege_user::next(time_point now) {
  if (shard_.abort_switch().is_thrown()) return load::retired{};
  if (current_ != nullptr) return send(now);
  while (auto resource = page_.next()) {
    if (!shard_.has_room_for(*resource)) continue;
    tries_ = hops_ = 0;
    go_on_with({.where = std::move(*resource)});
    return send(now);
  }
  auto const& logins = shard_.login_urls();
  if (!has_logged_in_ && !logins.empty()) {
    has_logged_in_ = true;
    begin(logins[number_ % logins.size()]);
    return send(now);
  }
  if (order_.is_done()) return load::retired{};
  if (settings().delay > nanoseconds{} && !has_paused_) {
    has_paused_ = true;
    return load::pause{draw_siege_delay(settings().delay, random_)};
  }
  has_paused_ = false;
  begin(shard_.urls()[*order_.next(random_)]);
  return send(now);
}

void siege_user::begin(prepared_siege_request const& request) {
  current_ = &request;
  url_id_ = request.url_id;
  page_.begin();
  interrupted_.reset();
  tries_ = hops_ = 0;
  asked_permission_ = false;
}

void siege_user::go_on_with(siege_request request) {
  own_ = std::make_unique<prepared_siege_request>(shard_.prepare(std::move(request), url_id_));
  current_ = own_.get();
}

load::answer_wants siege_user::wanted() const {
  auto const is_get = current_->request.method == "GET";
  if (settings().look == siege_look::body || (settings().parser && is_get && settings().look == siege_look::none)) {
    return load::answer_wants::headers_and_body;
  }
  return load::answer_wants::headers;
}

load::attempt siege_user::send(time_point now) {
  ++tries_;
  auto const& request = current_->request;
  std::string authorization, proxy_authorization;
  if (!sessions_.empty()) {
    authorization = session_with(request.where.to).authorization(request.method, current_->sent_target);
  }
  // In a tunnel the server would read what is meant for the proxy.
  if (!settings().proxy_host.empty() && request.where.to.scheme == net::url_scheme::http) {
    proxy_authorization = proxy_session_.authorization(request.method, current_->sent_target);
  }
  std::string cookies;
  if (settings().cookies)
    (void)jar_.append_to(cookies, request.where.to, request.where.target, shard_.calendar().at(now));
  auto const* const known = settings().cache && request.method == "GET" ? known_answers_.of(current_->url) : nullptr;
  is_conditional_ = known != nullptr;
  siege_request_writer::assemble(bytes_, current_->wire,
                                 {.authorization = authorization,
                                  .proxy_authorization = proxy_authorization,
                                  .cookie = cookies,
                                  .if_modified_since = known != nullptr ? known->last_modified : std::string_view{},
                                  .if_none_match = known != nullptr ? known->etag : std::string_view{}});
  if (settings().look != siege_look::none || (settings().debug && !settings().is_silent())) {
    shard_.sink().print(shown_request(bytes_), now);
  }
  return {.bytes = bytes_,
          .origin = current_->origin,
          .wants = wanted(),
          .is_head = request.method == "HEAD",
          .close_after = !settings().keep_alive};
}

load::judgement siege_user::on_answer(load::answer const& reply, load::attempt_times const& times) {
  auto const is_whole = count(reply, times);
  show(reply, times);
  if (settings().cookies) take_cookies(reply, times.ended);
  if (settings().cache && current_->request.method == "GET" && reply.status == 200) {
    known_answers_.remember(current_->url, reply.headers);
  }
  read_page_of(reply);
  auto const goes_on =
      follow_redirect(reply, times.ended) || authenticate(reply, times.ended) || ask_for_permission(reply);
  if (!goes_on) current_ = nullptr;
  // Every hop is a transaction, so for the engine each is a request that ends here.
  return {.verdict = is_whole ? outcome_of_status(reply.status) : load::outcome::check_failed};
}

bool siege_user::count(load::answer const& reply, load::attempt_times const& times) {
  auto& tally = shard_.tally();
  auto const may_be_empty = settings().zero_data_ok || current_->request.method == "HEAD" || reply.status != 200;
  auto const is_whole = may_be_empty || reply.body_bytes > 0;
  if (!is_whole) {
    tally.count_failure(load::outcome::check_failed, times.service_time());
    shard_.abort_switch().count_failure();
    return false;
  }
  tally.count_answer(reply.status, reply.body_bytes, times.service_time());
  if (is_siege_failure(reply.status)) shard_.abort_switch().count_failure();
  return true;
}

void siege_user::show(load::answer const& reply, load::attempt_times const& times) {
  auto const& s = settings();
  if (s.look == siege_look::heads || (s.debug && !s.is_silent())) shard_.sink().print(shown_head(reply), times.ended);
  if (s.look == siege_look::body) shard_.sink().print(std::string{reply.body} + "\n", times.ended);
  if (!s.shows_transactions()) return;
  shard_.print_line({.user = number_,
                     .http_minor = reply.http_minor,
                     .status = reply.status,
                     .from_cache = is_conditional_ && reply.status == 304,
                     .time = times.service_time(),
                     .body_bytes = reply.body_bytes,
                     .method = current_->request.method,
                     .target = current_->request.where.target,
                     .url = current_->url,
                     .url_id = current_->url_id},
                    times.ended);
}

void siege_user::take_cookies(load::answer const& reply, time_point now) {
  for (auto const& field : reply.headers) {
    if (!net::equals_ignoring_case(field.name, "set-cookie")) continue;
    jar_.store(field.value, current_->request.where.to, current_->request.where.target, shard_.calendar().at(now));
  }
}

bool siege_user::follow_redirect(load::answer const& reply, time_point now) {
  if (!settings().follow_location || !is_redirect(reply.status)) return false;
  auto const location = field_value(reply.headers, "location");
  if (location.empty()) return false;
  auto where = net::resolve_reference(current_->request.where, location);
  auto const refuse = [&](std::string_view why) {
    shard_.complain(fmt::format("redirect from {} not followed: {}", current_->url, why), now);
    return false;
  };
  if (!where) return refuse(where.error().problem);
  if (++hops_ > most_hops) return refuse(fmt::format("more than {} in a row", most_hops));
  if (auto const reason = unreachable_reason(settings(), *where); !reason.empty()) return refuse(reason);
  if (!shard_.has_room_for(*where)) return refuse("too many different servers");
  siege_request request;
  if (reply.status == 307) request = current_->request;
  request.where = std::move(*where);
  tries_ = 0;
  go_on_with(std::move(request));
  return true;
}

bool siege_user::authenticate(load::answer const& reply, time_point now) {
  auto const by_proxy = reply.status == 407;
  // In a tunnel it is the server that says it, who has no business with the proxy's login.
  if (by_proxy && next_hop(settings(), current_->request.where).proxy) return false;
  if ((reply.status != 401 && !by_proxy) || tries_ >= settings().attempts) return false;
  auto const offered = challenges_in(reply.headers, by_proxy ? "proxy-authenticate" : "www-authenticate");
  auto& session = by_proxy ? proxy_session_ : session_with(current_->request.where.to);
  auto const refusal = by_proxy ? session.challenge(offered, settings().proxy_logins, std::nullopt, random_)
                                : session.challenge(offered, settings().logins, current_->request.where.login, random_);
  // Without a login siege asks again in vain, up to `attempts` times, and its figures show that. So do ours.
  if (refusal != auth_refusal::unsupported_scheme) return true;
  if (!std::exchange(has_complained_of_auth_, true)) {
    shard_.complain(fmt::format("{}: the server wants a kind of authentication that is not supported (Basic and Digest "
                                "are; NTLM is not)",
                                current_->url),
                    now);
  }
  return false;
}

bool siege_user::ask_for_permission(load::answer const& reply) {
  auto const& urls = shard_.auth_urls();
  if (interrupted_) {
    own_ = std::make_unique<prepared_siege_request>(std::move(*interrupted_));
    interrupted_.reset();
    current_ = own_.get();
    tries_ = 0;
    return true;
  }
  if (reply.status != 403 || urls.empty() || asked_permission_) return false;
  asked_permission_ = true;
  interrupted_ = *current_;
  current_ = &urls[number_ % urls.size()];
  tries_ = 0;
  return true;
}

void siege_user::read_page_of(load::answer const& reply) {
  if (!settings().parser || settings().look != siege_look::none || reply.status != 200) return;
  if (current_->request.method != "GET") return;
  auto type = field_value(reply.headers, "content-type");
  type = net::trimmed(type.substr(0, type.find(';')));
  if (!net::equals_ignoring_case(type, "text/html")) return;
  auto const html = decoded_body(reply.body, net::trimmed(field_value(reply.headers, "content-encoding")));
  if (!html) return;
  page_.add(read_page(*html, settings().dialect), current_->request.where, settings());
}

siege_auth_session& siege_user::session_with(net::origin const& server) {
  auto const found = std::find_if(sessions_.begin(), sessions_.end(), [&](auto const& s) { return s.first == server; });
  if (found != sessions_.end()) return found->second;
  return sessions_.emplace_back(server, siege_auth_session{}).second;
}

void siege_user::on_failure(load::outcome reason, std::string_view detail, load::attempt_times const& times) {
  // What the end of the run cut off counts nowhere, as in siege.
  if (reason != load::outcome::cancelled_at_end) {
    shard_.tally().count_failure(reason, times.service_time());
    shard_.abort_switch().count_failure();
    shard_.complain(failure_text(reason, detail, next_hop(settings(), current_->request.where)), times.ended);
  }
  current_ = nullptr;
  interrupted_.reset();
}

}  // namespace holdfast::cli
