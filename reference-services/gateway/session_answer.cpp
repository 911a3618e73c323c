// How a session answers one request.
#include <utility>

#include "gateway/request_rules.hpp"
#include "gateway/session.hpp"
#include "kit/app/access_log.hpp"
#include "kit/app/error_page.hpp"
#include "kit/app/json_text.hpp"
#include "kit/http/answer_text.hpp"

namespace holdfast::gateway {
namespace {

namespace asio = boost::asio;
using request_progress = kit::request_reader::progress;

constexpr auto generation = kit::framework_generation::v2_1;
// What the log says of a request whose client went away before it was answered; the number is nginx's.
constexpr unsigned client_closed_request = 499;
constexpr std::size_t most_kept_body = 16 * 1024;

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

asio::awaitable<void> session::answer_request() {
  flight const counted{core_.in_flight};
  auto& asked = reader_.asked();
  asked.route.clear();
  if (auto answer = answer_without_backend()) {
    co_await say(std::move(*answer), nullptr);
    co_return;
  }
  auto to = core_.config.routes.find(path_and_query(reader_.target()));
  if (to) {
    asked.route = to->pattern;
    co_await pass_on(std::move(*to));
  } else {
    co_await say(error_page(404, "No route leads there"), nullptr);
  }
  if (asked.body.capacity() > most_kept_body) std::string{}.swap(asked.body);
}

std::optional<kit::response> session::answer_without_backend() {
  auto& asked = reader_.asked();
  if (auto granted = preflight(asked.method, asked.headers)) {
    asked.route = "preflight";
    return kit::response{.headers = std::move(*granted)};
  }
  if (asked.method == "CONNECT") return error_page(405, "");
  if (asked.path == "*") return kit::response{};
  auto own = own_answer(core_, asked);
  if (own) asked.route = asked.path;
  return own;
}

asio::awaitable<void> session::pass_on(route_table::destination to) {
  auto& served_by = *core_.backends.at(to.backend);
  auto const end = co_await exchange_.run(served_by, to.target, address_);
  must_close_ = must_close_ || end.must_close;
  switch (end.is) {
    case exchange_end::kind::refused: {
      auto page = error_page(end.status, end.message);
      if (end.status == 503) page.headers.push_back({"Retry-After", "5"});
      co_await say(std::move(page), &served_by);
      co_return;
    }
    case exchange_end::kind::answered:
      finish({.status = end.status, .body_bytes = end.body_bytes, .by = &served_by});
      co_return;
    case exchange_end::kind::cut:
    case exchange_end::kind::client_gone:
      ++core_.cut_answers;
      must_cut_ = true;
      finish({.status = end.status != 0 ? end.status : client_closed_request,
              .body_bytes = end.body_bytes,
              .by = &served_by,
              .is_cut = true});
      co_return;
  }
}

/// An answer of the gateway's own.
asio::awaitable<void> session::say(kit::response answer, backend const* by) {
  auto& asked = reader_.asked();
  bool const has_head = reader_.has_head();
  // What has come of a body that nobody wants: the connection goes on only if that is all of it.
  while (reader_.at() == request_progress::in_body) {
    auto const taken = reader_.feed(client_.unread());
    client_.consume(taken);
    asked.body.clear();
    if (taken == 0) break;
  }
  must_close_ = must_close_ || reader_.at() != request_progress::complete || core_.is_draining ||
                reader_.after() == kit::persistence::close;
  if (has_head && !value_of(answer.headers, "access-control-allow-origin")) add_cors(answer.headers, asked.headers);
  if (kit::is_valid_correlation_id(asked.correlation_id) && has_head) {
    answer.headers.push_back({"X-Correlation-Id", asked.correlation_id});
  }
  if (!kit::is_sendable(answer)) answer = error_page(400, "");
  outgoing_message out;
  kit::append_head(answer, core_.ours_text, must_close_ ? kit::persistence::close : reader_.after(), out.head);
  bool const is_bodyless = (has_head && asked.method == "HEAD") || !kit::may_have_body(answer.status);
  if (!is_bodyless) out.body = std::move(answer.body);
  auto pieces = out.next(true);
  auto const sent = co_await client_.write(pieces, clock_seam::now() + core_.config.stall_time);
  if (sent != transfer::done) must_cut_ = true;
  finish({.status = answer.status, .body_bytes = out.body.size(), .by = by, .is_cut = sent != transfer::done});
}

kit::response session::error_page(unsigned status, std::string_view message) const {
  if (message.empty()) message = "No message available";
  if (reader_.has_head()) return kit::error_response(generation, reader_.asked(), status, message);
  return kit::error_response(
      {.generation = generation, .status = status, .message = message, .path = "", .now = clock_seam::wall_now()},
      std::nullopt);
}

void session::finish(finished const& how) {
  auto const now = clock_seam::now();
  auto const* const asked = reader_.has_head() ? &reader_.asked() : nullptr;
  kit::finished_request const line{.asked = asked,
                                   .status = how.status,
                                   .body_bytes = how.body_bytes,
                                   .took = asked != nullptr ? now - asked->received : nanoseconds{}};
  core_.requests.record(asked != nullptr ? std::string_view{asked->method} : "other",
                        asked != nullptr ? std::string_view{asked->route} : "", how.status, line.took);
  if (!core_.config.logs_requests) return;
  kit::write_request_line(line_, clock_seam::wall_now(), core_.config.instance, line);
  if (how.by != nullptr) {
    line_.pop_back();  // the closing brace
    line_.append(R"(,"backend":)");
    kit::append_json_string(line_, how.by->name());
    line_.append(how.is_cut ? R"(,"cut":true})" : "}");
  }
  core_.lines.add(line_);
}

}  // namespace holdfast::gateway
