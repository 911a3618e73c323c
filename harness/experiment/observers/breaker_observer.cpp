#include "experiment/observers/breaker_observer.hpp"

#include <stdexcept>
#include <utility>

#include "cluster/local/scrape_targets.hpp"
#include "cluster/node/handler_attempts.hpp"

namespace holdfast::experiment {

using namespace cluster;

namespace {

constexpr char const* observer_agent = "holdfast-observer";

std::unique_ptr<net::tls_context> make_unverified_tls() {
  auto made =
      net::make_tls_context({.verify = net::peer_verification::off, .resumption = net::session_resumption::off});
  if (!made) throw std::runtime_error{"no TLS for metrics: " + to_string(made.error())};
  return std::move(*made);
}

bool runs(json const& pod) {
  return text_at(pod, "status", "phase") == "Running" && !text_at(pod, "status", "podIP").empty();
}

}  // namespace

breaker_observer::breaker_observer(boost::asio::any_io_executor executor, object_store const& store, timeline& to,
                                   std::function<std::string(object_key const&)> owner_of)
    : breaker_observer{std::move(executor), store, to, std::move(owner_of), settings{}} {}

breaker_observer::breaker_observer(boost::asio::any_io_executor executor, object_store const& store, timeline& to,
                                   std::function<std::string(object_key const&)> owner_of, settings s)
    : executor_{executor},
      store_{store},
      timeline_{to},
      owner_of_{std::move(owner_of)},
      settings_{s},
      tls_{make_unverified_tls()},
      timer_{executor} {
  look();
}

breaker_observer::~breaker_observer() = default;

void breaker_observer::look() {
  std::erase_if(pods_, [this](auto const& each) {
    auto const present = store_.find(kinds::pod, each.first);
    return !present || uid_of(*present) != each.second.uid;
  });
  for (auto const& pod : store_.list(kinds::pod)) {
    if (runs(*pod)) ask(*pod);
  }
  ++round_;
  timer_.expires_after(settings_.period);
  timer_.async_wait([this](boost::system::error_code ec) {
    if (!ec) look();
  });
}

void breaker_observer::ask(json const& pod) {
  auto const key = cluster::key_of(pod);
  auto const known = pods_.find(key);
  auto& asked =
      known != pods_.end() ? known->second : pods_.emplace(key, asked_pod{uid_of(pod), owner_of_(key)}).first->second;
  if (asked.asking || (!asked.has_breakers && round_ % settings_.seldom != 0)) return;
  auto const page = metrics_page_of(pod);
  if (!page) {
    asked.has_breakers = false;
    return;
  }
  auto const now = clock_seam::now();
  if (asked.last_look == time_point{}) asked.last_look = now;
  // One byte more than may come: so it shows that more came.
  asked.asking = start_http_get(
      executor_, *page, observer_agent, *tls_, settings_.limit,
      [this, key, now](handler_result const& answer) { take(key, answer, now); }, settings_.most_bytes + 1);
}

/// What cannot be had or read tells nothing: a pod that starts, hangs or ends.
void breaker_observer::take(object_key const& pod, handler_result const& answer, time_point asked_at) {
  auto const known = pods_.find(pod);
  if (known == pods_.end()) return;
  auto& asked = known->second;
  auto const finished = std::move(asked.asking);
  if (answer.outcome != handler_outcome::success || answer.message.size() > settings_.most_bytes) return;
  auto const values = series_in(answer.message, {breaker_state_metric, breaker_opened_metric}, breaker_label);
  asked.has_breakers = values && !values->empty();
  if (!asked.has_breakers) return;
  auto const caller = asked.caller.empty() ? pod.name : asked.caller;
  timeline_.add_all(clock_seam::now(),
                    asked.states.seen(pod.name, caller, *values, timeline_.seconds_at(asked.last_look)));
  asked.last_look = asked_at;
}

}  // namespace holdfast::experiment
