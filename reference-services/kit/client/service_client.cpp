#include "kit/client/service_client.hpp"

#include <exception>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "kit/client/exchange_pool.hpp"
#include "kit/client/request_text.hpp"
#include "net/url.hpp"

namespace holdfast::kit {
namespace {

namespace asio = boost::asio;

net::url parsed(std::string const& base_url) {
  auto parsed = net::parse_url(base_url, net::missing_scheme::is_an_error);
  if (!parsed) throw std::invalid_argument{base_url + ": " + parsed.error().problem};
  if (parsed->to.scheme != net::url_scheme::http) throw std::invalid_argument{base_url + ": services speak http"};
  return std::move(*parsed);
}

exchange_times times_of(client_settings const& settings) {
  if (settings.use_breaker) return {.first = settings.timeout, .after_connect = {}};
  return {.first = std::chrono::seconds{10}, .after_connect = std::chrono::seconds{60}};
}

call_end how_it_ended(exchange_outcome const& outcome) {
  using kind = exchange_outcome::kind;
  if (outcome.is == kind::timed_out) return call_end::timeout;
  if (outcome.is == kind::cancelled) return call_end::cancelled;
  if (outcome.is == kind::failed) return call_end::failure;
  if (outcome.status >= 200 && outcome.status < 300) return call_end::success;
  return outcome.status >= 400 && outcome.status < 500 ? call_end::bad_request : call_end::failure;
}

/// Ends the permit as cancelled when nobody else did: the coroutine was destroyed while it waited. Owns the breaker
/// with others because that may happen after the client is gone.
class open_permit {
 public:
  open_permit(std::shared_ptr<circuit_breaker> of, circuit_breaker::permit given)
      : breaker_{std::move(of)}, given_{given} {}
  open_permit(open_permit const&) = delete;
  open_permit& operator=(open_permit const&) = delete;
  ~open_permit() {
    if (breaker_) breaker_->end(given_, call_end::cancelled, clock_seam::now());
  }
  void end(call_end how) { std::exchange(breaker_, nullptr)->end(given_, how, clock_seam::now()); }

 private:
  std::shared_ptr<circuit_breaker> breaker_;
  circuit_breaker::permit given_;
};

class pooled_client final : public service_client {
 public:
  pooled_client(asio::any_io_executor const& executor, client_settings settings)
      : settings_{std::move(settings)},
        base_{parsed(settings_.base_url)},
        host_{net::host_header(base_.to)},
        breaker_{std::make_shared<circuit_breaker>(breaker_of(settings_), clock_seam::now())},
        exchanges_{executor, base_.to, times_of(settings_)} {
    if (base_.target.ends_with('/')) base_.target.pop_back();
  }

  asio::awaitable<call_answer> send(call what) override;
  asio::awaitable<call_answer> send(call what, std::function<call_answer()> fallback) override;
  breaker_state state() override { return breaker_->state(clock_seam::now()); }
  circuit_breaker& breaker() override { return *breaker_; }
  client_counts counts() const override;
  client_settings const& settings() const override { return settings_; }
  void close() override { exchanges_.close(); }

 private:
  static breaker_settings breaker_of(client_settings const& settings) {
    auto chosen = settings.breaker;
    chosen.enabled = chosen.enabled && settings.use_breaker;
    return chosen;
  }
  call_answer answer_of(exchange_outcome outcome);
  call_answer instead(call_answer failed, std::function<call_answer()> const& fallback);

  client_settings settings_;
  net::url base_;
  std::string host_;
  std::shared_ptr<circuit_breaker> breaker_;
  exchange_pool exchanges_;
  client_counts counts_;
  std::uint32_t fallbacks_running_ = 0;
};

asio::awaitable<call_answer> pooled_client::send(call what) {
  what.target.insert(0, base_.target);
  auto text = request_text(what, host_);
  if (!text) co_return call_answer{.detail = "the target is no path that can be sent: " + what.target};
  auto const given = breaker_->begin(clock_seam::now());
  if (!given.allowed) {
    ++counts_.short_circuited;
    co_return call_answer{.result = call_result::refused_by_breaker, .detail = "the breaker is open"};
  }
  open_permit permit{breaker_, given};
  if (settings_.use_breaker && exchanges_.in_flight() >= settings_.pool) {
    permit.end(call_end::pool_rejected);
    ++counts_.rejected;
    co_return call_answer{.result = call_result::rejected_by_pool,
                          .detail = fmt::format("{} calls are in flight already", settings_.pool)};
  }
  auto const if_lost = may_be_repeated(what) ? repetition::is_safe : repetition::is_unsafe;
  auto outcome = co_await exchanges_.exchange(std::move(*text), what.method == "HEAD", if_lost);
  permit.end(how_it_ended(outcome));
  co_return answer_of(std::move(outcome));
}

call_answer pooled_client::answer_of(exchange_outcome outcome) {
  using kind = exchange_outcome::kind;
  call_answer answer{.status = outcome.status,
                     .body = std::move(outcome.body),
                     .detail = std::move(outcome.detail),
                     .was_sent = outcome.was_sent};
  if (outcome.is == kind::answered) {
    answer.result = call_result::answered;
    ++counts_.answered;
  } else if (outcome.is == kind::timed_out) {
    answer.result = call_result::timed_out;
    ++counts_.timed_out;
  } else {
    ++counts_.failed;
  }
  return answer;
}

asio::awaitable<call_answer> pooled_client::send(call what, std::function<call_answer()> fallback) {
  auto answer = co_await send(std::move(what));
  auto const has_answer = answer.result == call_result::answered && answer.status < 500;
  if (has_answer || !settings_.use_breaker || !fallback) co_return answer;
  co_return instead(std::move(answer), fallback);
}

call_answer pooled_client::instead(call_answer failed, std::function<call_answer()> const& fallback) {
  if (fallbacks_running_ >= settings_.fallback_pool) {
    ++counts_.fallbacks_rejected;
    failed.detail += fmt::format("; {} fallbacks are running already", settings_.fallback_pool);
    return failed;
  }
  ++fallbacks_running_;
  try {
    auto answer = fallback();
    --fallbacks_running_;
    ++counts_.fallbacks;
    answer.from_fallback = true;
    return answer;
  } catch (std::exception const& e) {
    --fallbacks_running_;
    failed.detail += fmt::format("; the fallback failed too: {}", e.what());
    return failed;
  }
}

client_counts pooled_client::counts() const {
  auto counts = counts_;
  counts.in_flight = static_cast<std::uint32_t>(exchanges_.in_flight());
  return counts;
}

}  // namespace

std::unique_ptr<service_client> service_client::make(asio::any_io_executor executor, client_settings settings) {
  return std::make_unique<pooled_client>(executor, std::move(settings));
}

}  // namespace holdfast::kit
