#include "cluster/local/container_samples.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace holdfast::cluster {
namespace {

/// Rounded up, as Kubernetes reckons thousandths of metrics-server's billionths.
std::int64_t milli_cores(resource_sample const& sample) {
  constexpr double billion = 1e9;
  return static_cast<std::int64_t>(std::ceil(std::round(sample.cores * billion) / 1e6));
}

std::int64_t milli_bytes(resource_sample const& sample) {
  constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max() / 1000;
  return static_cast<std::int64_t>(std::min(sample.memory, most)) * 1000;
}

using amount_of = std::int64_t (*)(resource_sample const&);

amount_of amount_named(std::string_view resource) {
  if (resource == "cpu") return milli_cores;
  return resource == "memory" ? milli_bytes : nullptr;
}

}  // namespace

std::optional<resource_sample> container_samples::newest_of(object_key const& pod, std::string const& id) const {
  auto const known = pods_.find(pod);
  if (known == pods_.end()) return std::nullopt;
  auto const found = std::ranges::find(known->second, id, &known_container::id);
  return found == known->second.end() ? std::nullopt : found->newest;
}

void container_samples::put(std::span<running_container const> running,
                            std::map<std::string, resource_sample> const& taken) {
  std::map<object_key, std::vector<known_container>> pods;
  for (auto const& container : running) {
    auto const& id = container.sampled.id;
    auto const fresh = taken.find(id);
    pods[container.pod].push_back(
        {id, container.name, fresh == taken.end() ? newest_of(container.pod, id) : std::optional{fresh->second}});
  }
  pods_ = std::move(pods);
}

metric_reading container_samples::reading(metric_question const& question, cluster_clock const& clock) const {
  auto const amount = amount_named(question.name);
  if (amount == nullptr) return {.failure = fmt::format("no resource \"{}\" is measured here", question.name)};
  metric_reading reading;
  for (auto const& pod : question.pods) {
    auto const known = pods_.find({std::string{question.name_space}, pod.name});
    if (known == pods_.end()) continue;
    std::optional<metric_sample> sum;
    bool is_whole = true;
    for (auto const& container : known->second) {
      if (!question.container.empty() && container.name != question.container) continue;
      is_whole = is_whole && container.newest;
      if (!is_whole) break;
      auto const& newest = *container.newest;
      auto const at = clock.platform_at(newest.at);
      auto const window = from_seconds(in_seconds(newest.window) * clock.scale());
      if (!sum) sum = metric_sample{0, at, window};
      sum->value += amount(newest);
      sum->timestamp = std::min(sum->timestamp, at);
      sum->window = std::max(sum->window, window);
    }
    if (is_whole && sum) reading.samples.emplace(pod.name, *sum);
  }
  if (reading.samples.empty() && !question.pods.empty()) {
    reading.failure = fmt::format(
        "no metrics returned from resource metrics API: none of {} pods has {} yet", question.pods.size(),
        question.container.empty() ? std::string{"containers that were measured twice"}
                                   : fmt::format("a container \"{}\" that was measured twice", question.container));
  }
  return reading;
}

std::vector<container_usage> container_samples::usage(cluster_clock const& clock) const {
  std::vector<container_usage> all;
  for (auto const& [pod, containers] : pods_) {
    for (auto const& container : containers) {
      if (!container.newest) continue;
      auto const& newest = *container.newest;
      all.push_back({.pod = pod,
                     .container = container.name,
                     .cpu = quantity::from_milli(milli_cores(newest)),
                     .memory = quantity::from_milli(milli_bytes(newest)),
                     .at = clock.wall_at(clock.platform_at(newest.at)),
                     .window = newest.window});
    }
  }
  return all;
}

}  // namespace holdfast::cluster
