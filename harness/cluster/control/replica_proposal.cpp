#include "cluster/control/replica_proposal.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "cluster/control/sample_set.hpp"
#include "cluster/control/wide_integer.hpp"

namespace holdfast::cluster {
namespace {

result<std::int64_t, std::string> request_of(scaled_pod const& pod, std::string_view resource,
                                             std::string_view container) {
  wide_integer sum = 0;
  bool is_found = container.empty();
  for (auto const& each : pod.containers) {
    if (!container.empty() && each.name != container) continue;
    is_found = true;
    auto const request = each.milli.find(resource);
    if (request == each.milli.end()) {
      return fmt::format("missing request for {} in container {} of Pod {}", resource, each.name, pod.name);
    }
    sum += request->second;
  }
  if (!is_found) return fmt::format("container {} not found in Pod {}", container, pod.name);
  return saturated(sum);
}

result<sample_values, std::string> requests_of(std::span<scaled_pod const> pods, std::string_view resource,
                                               std::string_view container) {
  sample_values requests;
  for (auto const& pod : pods) {
    auto const request = request_of(pod, resource, container);
    if (!request) return request.error();
    requests.emplace(pod.name, *request);
  }
  return requests;
}

result<usage_reading, std::string> utilization_of(sample_values const& samples, sample_values const& requests,
                                                  std::int64_t target_percent) {
  wide_integer use = 0;
  wide_integer requested = 0;
  wide_integer count = 0;
  for (auto const& [pod, value] : samples) {
    auto const request = requests.find(pod);
    if (request == requests.end()) continue;  // a sample of a pod that is no longer there
    use += value;
    requested += request->second;
    ++count;
  }
  if (requested == 0) return std::string{"no metrics returned matched known pods"};
  auto const percent = saturated_count(saturated(use * 100 / requested));
  return usage_reading{static_cast<double>(percent) / static_cast<double>(target_percent), percent,
                       saturated(use / count)};
}

result<usage_reading, std::string> average_of(sample_values const& samples, std::int64_t target) {
  wide_integer sum = 0;
  for (auto const& [pod, value] : samples) sum += value;
  auto const usage = saturated(sum / static_cast<std::int64_t>(samples.size()));
  return usage_reading{static_cast<double>(usage) / static_cast<double>(target), 0, usage};
}

std::string no_target() { return "the target has to be above zero"; }

std::int64_t ready_and_running(std::span<scaled_pod const> pods) {
  return std::ranges::count_if(
      pods, [](scaled_pod const& pod) { return pod.phase == pod_phase::running && pod.ready && pod.ready->is_ready; });
}

std::string held_by(tolerance_band const& band) {
  return fmt::format("ratio inside the tolerance band {:.4g} to {:.4g}", 1 - band.down, 1 + band.up);
}

/// ceil(value / divisor) in whole numbers; divisor > 0.
std::int64_t divided_up(std::int64_t value, std::int64_t divisor) {
  auto const quotient = value / divisor;
  return value > 0 && value % divisor != 0 ? quotient + 1 : quotient;
}

}  // namespace

proposal_result propose_by_utilization(proposal_context const& context, metric_samples const& samples,
                                       std::string_view resource, std::string_view container,
                                       std::int64_t target_percent) {
  if (target_percent <= 0) return no_target();
  auto const nature = resource == "cpu" ? metric_nature::cpu : metric_nature::other;
  auto const groups = grouped(context.pods, samples, nature, context.start_up, context.now);
  auto const requests = requests_of(context.pods, resource, container);
  if (!requests) return requests.error();
  usage_rule const rule{
      [&](sample_values const& values) { return utilization_of(values, *requests, target_percent); },
      [&](std::string const& pod) {
        return saturated(wide_integer{requests->at(pod)} * std::max<std::int64_t>(100, target_percent) / 100);
      }};
  auto proposal = propose_from_samples(context, samples, groups, rule);
  if (!proposal) return proposal;
  std::vector<fact> const facts = {{"utilization", fmt::format("{}%", proposal->utilization)},
                                   {"target", fmt::format("{}%", target_percent)}};
  proposal->why.inputs.insert(proposal->why.inputs.begin(), facts.begin(), facts.end());
  return proposal;
}

proposal_result propose_by_average(proposal_context const& context, metric_samples const& samples, metric_nature nature,
                                   std::int64_t target) {
  if (target <= 0) return no_target();
  auto const groups = grouped(context.pods, samples, nature, context.start_up, context.now);
  usage_rule const rule{[&](sample_values const& values) { return average_of(values, target); },
                        [&](std::string const&) { return target; }};
  auto proposal = propose_from_samples(context, samples, groups, rule);
  if (!proposal) return proposal;
  std::vector<fact> const facts = {{"average", fmt::format("{}m", proposal->average)},
                                   {"target average", fmt::format("{}m", target)}};
  proposal->why.inputs.insert(proposal->why.inputs.begin(), facts.begin(), facts.end());
  return proposal;
}

proposal_result propose_by_value(proposal_context const& context, std::int64_t value, std::int64_t target) {
  if (target <= 0) return no_target();
  auto const ratio = static_cast<double>(value) / static_cast<double>(target);
  auto const ready = ready_and_running(context.pods);
  replica_proposal proposal{.value = value};
  proposal.why.inputs = {{"value", fmt::format("{}m", value)},
                         {"target", fmt::format("{}m", target)},
                         {"ratio", fmt::format("{:.4g}", ratio)},
                         {"ready pods", std::to_string(ready)},
                         {"current replicas", std::to_string(context.current)}};
  proposal.why.rule = context.current == 0 ? "ceil(ratio), from zero" : "ceil(ratio * ready pods)";
  if (context.current == 0) {
    proposal.replicas = saturated_count(std::ceil(ratio));
  } else if (context.tolerance.holds(ratio)) {
    proposal.replicas = context.current;
    proposal.why.limit = held_by(context.tolerance);
  } else {
    proposal.replicas = saturated_count(std::ceil(ratio * static_cast<double>(ready)));
  }
  return proposal;
}

proposal_result propose_by_shared_value(proposal_context const& context, std::int64_t value, std::int64_t target) {
  if (target <= 0) return no_target();
  auto const replicas = context.status_replicas;
  replica_proposal proposal{.average = replicas > 0 ? divided_up(value, replicas) : value, .value = value};
  proposal.why.rule = "ceil(value / target average)";
  proposal.why.inputs = {{"value", fmt::format("{}m", value)},
                         {"target average", fmt::format("{}m", target)},
                         {"status replicas", std::to_string(replicas)}};
  proposal.replicas = saturated_count(std::ceil(static_cast<double>(value) / static_cast<double>(target)));
  if (replicas <= 0) return proposal;
  auto const ratio = static_cast<double>(value) / (static_cast<double>(target) * static_cast<double>(replicas));
  proposal.why.inputs.push_back({"ratio", fmt::format("{:.4g}", ratio)});
  if (context.tolerance.holds(ratio)) {
    proposal.replicas = replicas;
    proposal.why.limit = held_by(context.tolerance);
  }
  return proposal;
}

}  // namespace holdfast::cluster
