#include "cluster/control/sample_set.hpp"

#include <cmath>

#include <fmt/format.h>

#include "cluster/control/wide_integer.hpp"

namespace holdfast::cluster {
namespace {

std::string ratio_text(double ratio) { return fmt::format("{:.4g}", ratio); }

std::string band_text(tolerance_band const& band) {
  return fmt::format("ratio inside the tolerance band {:.4g} to {:.4g}", 1 - band.down, 1 + band.up);
}

sample_values counted_samples(metric_samples const& samples, pod_groups const& groups) {
  sample_values values;
  for (auto const& [pod, sample] : samples) {
    if (!groups.ignored.contains(pod) && !groups.unready.contains(pod)) values.emplace(pod, sample.value);
  }
  return values;
}

/// Adds the pods that were set aside so that they pull towards doing less.
void add_conservatively(sample_values& values, double ratio, pod_groups const& groups, usage_rule const& rule) {
  for (auto const& pod : groups.missing) {
    if (ratio < 1.0) values.emplace(pod, rule.missing_on_the_way_down(pod));
    if (ratio > 1.0) values.emplace(pod, 0);
  }
  if (ratio <= 1.0) return;
  for (auto const& pod : groups.unready) values.emplace(pod, 0);
}

explanation first_words(proposal_context const& context, usage_reading const& reading, pod_groups const& groups) {
  explanation why{.rule = "ceil(ratio * ready pods)"};
  why.inputs = {{"current replicas", std::to_string(context.current)},
                {"ratio", ratio_text(reading.ratio)},
                {"ready pods", std::to_string(groups.ready)},
                {"unready pods", std::to_string(groups.unready.size())},
                {"pods without a sample", std::to_string(groups.missing.size())},
                {"ignored pods", std::to_string(groups.ignored.size())}};
  return why;
}

std::int32_t kept(replica_proposal& proposal, std::int32_t current, std::string limit) {
  proposal.why.limit = std::move(limit);
  return current;
}

std::int32_t first_pass(replica_proposal& proposal, proposal_context const& context, double ratio,
                        pod_groups const& groups) {
  if (context.tolerance.holds(ratio)) return kept(proposal, context.current, band_text(context.tolerance));
  return saturated_count(std::ceil(ratio * static_cast<double>(groups.ready)));
}

std::int32_t second_pass(replica_proposal& proposal, proposal_context const& context, double first, double second,
                         std::size_t samples) {
  proposal.why.rule = "ceil(second ratio * samples), set-aside pods counted conservatively";
  proposal.why.inputs.push_back({"second ratio", ratio_text(second)});
  proposal.why.inputs.push_back({"samples", std::to_string(samples)});
  if (context.tolerance.holds(second)) return kept(proposal, context.current, "second " + band_text(context.tolerance));
  if ((first < 1.0 && second > 1.0) || (first > 1.0 && second < 1.0)) {
    return kept(proposal, context.current, "set-aside pods would turn the direction");
  }
  auto const count = saturated_count(std::ceil(second * static_cast<double>(samples)));
  bool const is_against = (second < 1.0 && count > context.current) || (second > 1.0 && count < context.current);
  return is_against ? kept(proposal, context.current, "a result against the ratio's own direction") : count;
}

}  // namespace

proposal_result propose_from_samples(proposal_context const& context, metric_samples const& samples,
                                     pod_groups const& groups, usage_rule const& rule) {
  auto values = counted_samples(samples, groups);
  if (values.empty()) return std::string{"did not receive metrics for targeted pods (pods might be unready)"};
  auto const first = rule.read(values);
  if (!first) return first.error();
  replica_proposal proposal{.utilization = first->utilization, .average = first->average};
  proposal.why = first_words(context, *first, groups);
  bool const expands_unready = !groups.unready.empty() && first->ratio > 1.0;
  if (!expands_unready && groups.missing.empty()) {
    proposal.replicas = first_pass(proposal, context, first->ratio, groups);
    return proposal;
  }
  add_conservatively(values, first->ratio, groups, rule);
  auto const second = rule.read(values);
  if (!second) return second.error();
  proposal.replicas = second_pass(proposal, context, first->ratio, second->ratio, values.size());
  return proposal;
}

}  // namespace holdfast::cluster
