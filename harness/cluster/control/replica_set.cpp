#include "cluster/control/replica_set.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace holdfast::cluster {
namespace {

std::vector<owned_pod> counted_pods(std::span<owned_pod const> pods) {
  std::vector<owned_pod> counted;
  std::ranges::copy_if(pods, std::back_inserter(counted),
                       [](auto const& pod) { return !pod.is_terminating && !is_finished(pod.phase); });
  return counted;
}

replica_set_status status_of(std::span<owned_pod const> all, std::span<owned_pod const> counted, nanoseconds min_ready,
                             time_point now) {
  replica_set_status status{.replicas = static_cast<std::int32_t>(counted.size())};
  for (auto const& pod : counted) {
    status.ready += pod.ready && pod.ready->is_ready ? 1 : 0;
    status.available += is_available(pod.ready, min_ready, now) ? 1 : 0;
  }
  for (auto const& pod : all) status.terminating += pod.is_terminating && !is_finished(pod.phase) ? 1 : 0;
  return status;
}

std::optional<time_point> next_available(std::span<owned_pod const> counted, nanoseconds min_ready, time_point now) {
  std::optional<time_point> earliest;
  for (auto const& pod : counted) {
    if (!pod.ready || !pod.ready->is_ready || is_available(pod.ready, min_ready, now)) continue;
    auto const at = pod.ready->last_transition + min_ready;
    if (!earliest || at < *earliest) earliest = at;
  }
  return earliest;
}

void delete_surplus(replica_set_decision& decision, std::span<owned_pod const> counted, std::size_t surplus,
                    time_point now) {
  auto const order = deletion_order(counted, now);
  for (std::size_t i = 0; i < surplus; ++i) {
    auto const& pod = counted[order[i].index];
    explanation why{.statement = fmt::format("Deleted pod: {}", pod.name), .rule = "surplus pods go in deletion order"};
    why.inputs = decision.why.inputs;
    if (!order[i].ahead_by.empty()) why.inputs.push_back({"ahead of the next by", std::string{order[i].ahead_by}});
    why.limit = decision.why.limit;
    decision.deletions.push_back({pod.name, why});
  }
}

}  // namespace

replica_set_decision sync_replica_set(std::int32_t replicas, nanoseconds min_ready, std::span<owned_pod const> pods,
                                      time_point now) {
  auto const counted = counted_pods(pods);
  replica_set_decision decision{.status = status_of(pods, counted, min_ready, now)};
  decision.next_available = next_available(counted, min_ready, now);
  auto const difference = std::int64_t{replicas} - decision.status.replicas;
  auto const change =
      static_cast<std::int32_t>(std::clamp<std::int64_t>(difference, -replica_set_burst, replica_set_burst));
  decision.why.rule = "replicas - counted pods";
  decision.why.inputs = {{"replicas", std::to_string(replicas)},
                         {"counted pods", std::to_string(decision.status.replicas)},
                         {"terminating pods", std::to_string(decision.status.terminating)}};
  if (change != difference) decision.why.limit = fmt::format("{} pods a sync", replica_set_burst);
  decision.create = std::max(change, 0);
  if (change < 0) delete_surplus(decision, counted, static_cast<std::size_t>(-change), now);
  decision.why.statement = change > 0   ? fmt::format("Creating {} pods", change)
                           : change < 0 ? fmt::format("Deleting {} pods", -change)
                                        : std::string{"As many pods as asked for"};
  return decision;
}

control_event pod_created(std::string const& pod, explanation const& why) {
  auto explained = why;
  explained.statement = fmt::format("Created pod: {}", pod);
  return {event_type::normal, "SuccessfulCreate", explained};
}

control_event pod_deleted(pod_deletion const& deletion) {
  return {event_type::normal, "SuccessfulDelete", deletion.why};
}

}  // namespace holdfast::cluster
