#include "cluster/node/resource_sampler.hpp"

#include <algorithm>

#include "cluster/node/process_finder.hpp"

namespace holdfast::cluster {

std::optional<resource_sample> sample_between(resource_usage const& before, resource_usage const& after) {
  auto const window = after.at - before.at;
  if (window <= nanoseconds{0} || after.cpu_time < before.cpu_time) return std::nullopt;
  return resource_sample{.at = after.at,
                         .window = window,
                         .cores = in_seconds(after.cpu_time - before.cpu_time) / in_seconds(window),
                         .memory = after.memory};
}

std::map<std::string, resource_usage> usage_from_processes(std::string const& run, time_point now) {
  std::map<std::string, resource_usage> all;
  for (auto const pid : all_processes()) {
    auto const container = started_with(pid, container_marker);
    if (!container || started_with(pid, run_marker) != run) continue;
    auto const facts = facts_of(pid);
    if (!facts) continue;
    auto& usage = all[*container];
    usage.at = now;
    usage.cpu_time += facts->cpu_time + facts->ended_children_cpu;
    usage.memory += facts->resident_bytes;
  }
  return all;
}

std::map<std::string, resource_sample> resource_sampler::take(std::span<sampled_container const> containers,
                                                              time_point now) {
  std::map<std::string, resource_usage> readings;
  std::optional<std::map<std::string, resource_usage>> of_processes;
  for (auto const& container : containers) {
    auto const group =
        tree_ != nullptr && container.group != nullptr ? tree_->sample(*container.group) : cgroup_sample{};
    resource_usage usage{
        .at = now, .cpu_time = group.cpu_time.value_or(nanoseconds{0}), .memory = group.memory.value_or(0)};
    if (!group.cpu_time || !group.memory) {
      if (!of_processes) of_processes = usage_from_processes(run_, now);
      auto const found = of_processes->find(container.id);
      if (found == of_processes->end()) continue;
      if (!group.memory) usage.memory = found->second.memory;
      if (!group.cpu_time) {
        // A process that ended without being waited for takes its time with it: not below what was seen before.
        auto const before = last_.find(container.id);
        usage.cpu_time =
            std::max(found->second.cpu_time, before == last_.end() ? nanoseconds{0} : before->second.cpu_time);
      }
    }
    readings.emplace(container.id, usage);
  }
  std::map<std::string, resource_sample> samples;
  for (auto const& [id, usage] : readings) {
    auto const before = last_.find(id);
    if (before == last_.end()) continue;
    if (auto const sample = sample_between(before->second, usage)) samples.emplace(id, *sample);
  }
  last_ = std::move(readings);
  return samples;
}

}  // namespace holdfast::cluster
