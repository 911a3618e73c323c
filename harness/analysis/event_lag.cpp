#include "analysis/event_lag.hpp"

#include <algorithm>

#include "analysis/event_fields.hpp"

namespace holdfast::analysis {
namespace {

/// Adds stations one after the other, each with its distance to the last that was seen.
class hop_chain {
 public:
  explicit hop_chain(nanoseconds from) : last_{from} {}
  void add(std::string_view name, std::optional<nanoseconds> at) {
    hops_.push_back({.name = name, .at = at, .took = at ? std::optional{*at - last_} : std::nullopt});
    if (at) last_ = *at;
  }
  nanoseconds last() const { return last_; }
  std::vector<lag_hop> take() { return std::move(hops_); }

 private:
  nanoseconds last_;
  std::vector<lag_hop> hops_;
};

std::optional<nanoseconds> first_from(std::vector<nanoseconds> const& times, nanoseconds from) {
  auto const found = std::ranges::lower_bound(times, from);
  return found == times.end() ? std::nullopt : std::optional{*found};
}

template <class Condition>
std::optional<nanoseconds> first_event(std::span<timeline_event const> events, nanoseconds from, Condition&& is_it) {
  auto const found = std::ranges::find_if(events, [&](auto const& e) { return e.at >= from && is_it(e); });
  return found == events.end() ? std::nullopt : std::optional{found->at};
}

/// First change from `from` on after which the pod is a ready endpoint, or after which it is none.
std::optional<nanoseconds> endpoint_change(platform_history const& history, std::string const& service,
                                           std::string const& pod, nanoseconds from, bool is_ready) {
  auto const found = history.endpoints().find(service);
  if (found == history.endpoints().end()) return std::nullopt;
  for (auto const& set : found->second) {
    if (set.at >= from && set.ready.contains(pod) == is_ready) return set.at;
  }
  return std::nullopt;
}

std::optional<nanoseconds> last_connection_to(platform_history const& history, std::string const& pod,
                                              nanoseconds from) {
  std::optional<nanoseconds> last;
  for (auto const& connection : history.connections()) {
    if (connection.pod == pod && connection.start >= from) {
      last = std::max(last.value_or(connection.start), connection.start);
    }
  }
  return last;
}

/// The first pod of the Deployment whose process started at or after `from`.
std::string first_started(platform_history const& history, std::string const& deployment, nanoseconds from) {
  std::string first;
  std::optional<nanoseconds> earliest;
  for (auto const& [name, life] : history.pods()) {
    if (life.owner() != deployment || life.starts().empty() || life.starts().front() < from) continue;
    if (earliest && *earliest <= life.starts().front()) continue;
    earliest = life.starts().front();
    first = name;
  }
  return first;
}

void add_return(hop_chain& chain, std::string_view start_name, platform_history const& history,
                std::string const& service, std::string const& pod, nanoseconds from) {
  static pod_life const unknown;
  auto const* const found = history.pod(pod);
  auto const& life = found == nullptr ? unknown : *found;
  chain.add(start_name, first_from(life.starts(), from));
  chain.add("ready", first_from(life.ready(), chain.last()));
  // The endpoint is added after the pod was seen ready, or in the same look.
  chain.add("endpoint-added", endpoint_change(history, service, pod, from, true));
}

}  // namespace

std::vector<lag_hop> loss_hops(std::span<timeline_event const> events, platform_history const& history,
                               std::string const& service, std::string const& pod, nanoseconds fault) {
  static pod_life const unknown;
  auto const* const found = history.pod(pod);
  auto const& life = found == nullptr ? unknown : *found;
  hop_chain chain{fault};
  chain.add("process-gone", first_from(life.exits(), fault));
  chain.add("probe-failed", first_event(events, fault, [&](auto const& event) {
              return event.kind == timeline_kinds::probe && event.subject == pod;
            }));
  chain.add("not-ready", first_from(life.not_ready(), fault));
  chain.add("endpoint-removed", endpoint_change(history, service, pod, fault, false));
  chain.add("last-connection", last_connection_to(history, pod, fault));
  return chain.take();
}

std::vector<lag_hop> return_hops(platform_history const& history, std::string const& service, std::string const& pod,
                                 nanoseconds from) {
  hop_chain chain{from};
  add_return(chain, "restarted", history, service, pod, from);
  return chain.take();
}

std::vector<lag_hop> scale_up_hops(std::span<timeline_event const> events, platform_history const& history,
                                   std::string const& service, std::string const& deployment, nanoseconds load_step) {
  hop_chain chain{load_step};
  chain.add("scaled", first_event(events, load_step, [&](auto const& event) {
              return event.kind == timeline_kinds::autoscaler && event.what == "scaled" &&
                     text_in(event, "target") == deployment &&
                     number_in(event, "to").value_or(0) > number_in(event, "from").value_or(0);
            }));
  auto const decided = chain.last();
  chain.add("replicas", first_event(events, decided, [&](auto const& event) {
              return event.kind == timeline_kinds::replicas && event.subject == deployment;
            }));
  add_return(chain, "started", history, service, first_started(history, deployment, decided), decided);
  return chain.take();
}

}  // namespace holdfast::analysis
