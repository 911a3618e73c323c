#include "analysis/detection.hpp"

#include <algorithm>
#include <cassert>
#include <deque>
#include <set>
#include <string_view>

#include "analysis/event_fields.hpp"

namespace holdfast::analysis {
namespace {

/// Watches endpoints and pods over time, since a loss is a difference to what was there before.
class reaction_watch {
 public:
  /// The mechanism that this event shows at work; empty when none.
  std::string_view mechanism_of(timeline_event const& event) {
    namespace kinds = timeline_kinds;
    if (event.kind == kinds::probe) return "probe";
    if (event.kind == kinds::endpoints) return lost_an_endpoint(event) ? "endpoint" : "";
    if (event.kind == kinds::breaker) return event.what == "open" ? "breaker" : "";
    if (event.kind == kinds::autoscaler) return scaled_up(event) ? "autoscaler" : "";
    if (event.kind == kinds::pod) return event.what == "restarted" || event.what == "created" ? "restart" : "";
    return "";
  }

 private:
  bool lost_an_endpoint(timeline_event const& event) {
    auto const names = pods_in(event, "ready");
    std::set<std::string> now{names.begin(), names.end()};
    auto& before = ready_[event.subject];
    auto const lost = !std::ranges::includes(now, before);
    before = std::move(now);
    return lost;
  }
  static bool scaled_up(timeline_event const& event) {
    return event.what == "scaled" && number_in(event, "to").value_or(0) > number_in(event, "from").value_or(0);
  }
  std::map<std::string, std::set<std::string>> ready_;
};

}  // namespace

std::map<std::string, moment> reactions_to(moment const& fault, std::span<timeline_event const> events,
                                           nanoseconds until) {
  std::map<std::string, moment> found;
  reaction_watch watch;
  for (auto const& event : events) {
    auto const mechanism = watch.mechanism_of(event);
    if (mechanism.empty() || event.at < fault.last_old || event.at > until) continue;
    auto const since = number_in(event, "since_s");
    moment const when{.last_old = since ? std::clamp(from_seconds(*since), fault.last_old, event.at) : event.at,
                      .first_new = event.at};
    found.emplace(mechanism, when);
  }
  return found;
}

std::optional<nanoseconds> first_k_of_n(std::span<request_end const> requests, std::uint64_t k, std::uint64_t n) {
  std::uint64_t bad = 0;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    if (!requests[i].good) ++bad;
    if (i >= n && !requests[i - n].good) --bad;
    if (bad >= k) return requests[i].at;
  }
  return std::nullopt;
}

std::optional<nanoseconds> cusum_alarm(std::span<interval_counts const> intervals, good_rule const& rule,
                                       cusum_settings const& settings) {
  double sum = 0;
  for (auto const& interval : intervals) {
    auto const ratio = success_ratio(interval, rule);
    if (!ratio) continue;
    sum = std::max(0.0, sum + (1 - *ratio - settings.reference) * in_seconds(interval.length));
    if (sum >= settings.limit) return interval.end();
  }
  return std::nullopt;
}

duration_range expected_probe_detection(nanoseconds period, std::uint32_t failure_threshold, nanoseconds attempt) {
  assert(failure_threshold >= 1 && "a probe needs a failure to fail");
  return {.at_least = (failure_threshold - 1) * period + attempt, .at_most = failure_threshold * period + attempt};
}

}  // namespace holdfast::analysis
