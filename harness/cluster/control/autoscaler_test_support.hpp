#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cluster/control/control_test_support.hpp"
#include "cluster/control/pod_grouping.hpp"
#include "cluster/control/replica_proposal.hpp"

namespace holdfast::cluster {

inline constexpr cpu_start_up vector_start_up{std::chrono::seconds{120}, std::chrono::seconds{10}};

/// A pod of a vector: two containers named "a" and "b"; started and ready three minutes ago unless told.
struct vector_pod {
  std::optional<std::int64_t> use{};  // each container, thousandths; absent: no sample
  bool is_ready = true;
  bool is_young = false;                       // started now
  std::optional<std::int64_t> request = 1000;  // each container
  pod_phase phase = pod_phase::running;
  bool is_terminating = false;
};

struct vector_world {
  std::vector<scaled_pod> pods{};
  metric_samples samples{};
};

inline vector_world world_of(std::vector<vector_pod> const& pods, std::int64_t sampled_containers) {
  vector_world world;
  for (auto const& each : pods) {
    auto const name = "pod-" + std::to_string(world.pods.size());
    auto const start = each.is_young ? test_now : test_now - std::chrono::minutes{3};
    scaled_pod pod{name, each.phase, each.is_terminating, start, ready_condition{each.is_ready, start}, {}};
    for (auto const* container : {"a", "b"}) {
      container_requests requests{container, {}};
      if (each.request) requests.milli["cpu"] = *each.request;
      pod.containers.push_back(requests);
    }
    world.pods.push_back(pod);
    if (each.use) world.samples[name] = {*each.use * sampled_containers, test_now, std::chrono::minutes{1}};
  }
  return world;
}

inline proposal_context context_of(vector_world const& world, std::int32_t current, tolerance_band tolerance = {}) {
  return {current, current, world.pods, tolerance, vector_start_up, test_now};
}

}  // namespace holdfast::cluster
