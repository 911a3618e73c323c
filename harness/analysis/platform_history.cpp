#include "analysis/platform_history.hpp"

#include <algorithm>

#include "analysis/event_fields.hpp"

namespace holdfast::analysis {
namespace {

nanoseconds time_in(timeline_event const& event, std::string_view member) {
  auto const seconds = number_in(event, member);
  return seconds ? from_seconds(*seconds) : event.at;
}

std::set<std::string> names_in(timeline_event const& event, std::string_view list) {
  auto const names = pods_in(event, list);
  return {names.begin(), names.end()};
}

/// The newest of these that is still going on.
template <class Span>
Span* open_one(std::vector<Span>& spans, auto&& is_it) {
  auto const found = std::find_if(spans.rbegin(), spans.rend(), [&](Span const& s) { return !s.to && is_it(s); });
  return found == spans.rend() ? nullptr : &*found;
}

bool has_endpoint(endpoint_set const& set) { return !set.ready.empty() || !set.terminating.empty(); }

}  // namespace

platform_history::platform_history(std::span<timeline_event const> events) {
  std::vector<timeline_event const*> in_order;
  in_order.reserve(events.size());
  for (auto const& event : events) in_order.push_back(&event);
  std::ranges::stable_sort(in_order, {}, &timeline_event::at);
  for (auto const* const event : in_order) add(*event);
  std::ranges::stable_sort(connections_, {}, &broken_connection::end);
}

void platform_history::add(timeline_event const& event) {
  namespace kinds = timeline_kinds;
  if (event.kind == kinds::pod) pods_[event.subject].add(event);
  if (event.kind == kinds::endpoints) add_endpoints(event);
  if (event.kind == kinds::connection) add_connection(event);
  if (event.kind == kinds::fault) add_fault(event);
  if (event.kind == kinds::breaker) add_breaker(event);
  if (event.kind == kinds::action && event.what == "begin") actions_.push_back({event.at, event.subject});
}

void platform_history::add_endpoints(timeline_event const& event) {
  endpoints_[event.subject].push_back({.at = event.at,
                                       .ready = names_in(event, "ready"),
                                       .not_ready = names_in(event, "not_ready"),
                                       .terminating = names_in(event, "terminating")});
  auto const& now = endpoints_[event.subject].back();
  for (auto const* const part : {&now.ready, &now.not_ready, &now.terminating}) {
    for (auto const& pod : *part) services_of_[pod].insert(event.subject);
  }
}

void platform_history::add_connection(timeline_event const& event) {
  connections_.push_back({.service = event.subject,
                          .how = event.what,
                          .pod = text_in(event, "pod"),
                          .client_port = static_cast<std::uint16_t>(number_in(event, "client_port").value_or(0)),
                          .start = time_in(event, "start_s"),
                          .end = time_in(event, "end_s"),
                          .fault = text_in(event, "fault")});
}

void platform_history::add_fault(timeline_event const& event) {
  auto* const known = open_one(faults_, [&](auto const& fault) { return fault.name == event.subject; });
  auto const at = time_in(event, "since_s");
  if (event.what == "wanted" || (event.what == "confirmed" && known == nullptr)) {
    faults_.push_back({event.subject, text_in(event, "service"), text_in(event, "kind"), at, std::nullopt});
  } else if (event.what == "removed" && known != nullptr) {
    known->to = at;
  } else if (event.what == "refused" && known != nullptr) {
    faults_.erase(faults_.begin() + (known - faults_.data()));
  }
}

void platform_history::add_breaker(timeline_event const& event) {
  auto const pod = text_in(event, "pod");
  auto* const known =
      open_one(breakers_, [&](auto const& breaker) { return breaker.name == event.subject && breaker.pod == pod; });
  if (event.what == "closed") {
    if (known != nullptr) known->to = event.at;
  } else if (known == nullptr) {
    breakers_.push_back({event.subject, pod, time_in(event, "since_s"), std::nullopt});
  }
}

pod_life const* platform_history::pod(std::string const& name) const {
  auto const found = pods_.find(name);
  return found == pods_.end() ? nullptr : &found->second;
}

std::set<std::string> const& platform_history::services_of(std::string const& pod) const {
  static std::set<std::string> const none;
  auto const found = services_of_.find(pod);
  return found == services_of_.end() ? none : found->second;
}

std::optional<nanoseconds> platform_history::without_endpoint_in(std::string const& service, nanoseconds from,
                                                                 nanoseconds to) const {
  auto const found = endpoints_.find(service);
  if (found == endpoints_.end()) return std::nullopt;
  auto const& sets = found->second;
  for (std::size_t i = 0; i < sets.size(); ++i) {
    auto const until = i + 1 < sets.size() ? sets[i + 1].at : nanoseconds::max();
    if (!has_endpoint(sets[i]) && sets[i].at <= to && from < until) return sets[i].at;
  }
  return std::nullopt;
}

bool platform_history::is_endpoint(std::string const& service, std::string const& pod, nanoseconds at) const {
  auto const found = endpoints_.find(service);
  if (found == endpoints_.end()) return false;
  auto const after = std::ranges::upper_bound(found->second, at, {}, &endpoint_set::at);
  if (after == found->second.begin()) return false;
  auto const& now = *std::prev(after);
  return now.ready.contains(pod) || now.terminating.contains(pod);
}

std::string_view platform_history::last_action(nanoseconds at) const {
  auto const after = std::ranges::upper_bound(actions_, at, {}, &named_time::at);
  return after == actions_.begin() ? std::string_view{} : std::string_view{std::prev(after)->name};
}

}  // namespace holdfast::analysis
