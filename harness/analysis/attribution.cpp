#include "analysis/attribution.hpp"

#include <numeric>
#include <utility>

#include "analysis/attribution_rules.hpp"

namespace holdfast::analysis {
namespace {

struct cause_rule {
  failure_cause cause;
  std::string_view name, key;
  evidence (*find)(failure_case const&);
};

evidence nothing_in(failure_case const&) { return std::nullopt; }

/// In the order in which they are asked, which is that of the enumeration.
constexpr std::array<cause_rule, cause_count> rules{{
    {failure_cause::injected_fault, "injected fault", "injected-fault", injected_fault_in},
    {failure_cause::pod_died, "pod died", "pod-died", pod_died_in},
    {failure_cause::stale_endpoint, "stale endpoint", "stale-endpoint", stale_endpoint_in},
    {failure_cause::terminating_pod, "terminating pod", "terminating-pod", terminating_pod_in},
    {failure_cause::not_ready, "not ready", "not-ready", not_ready_in},
    {failure_cause::no_endpoint, "no endpoint", "no-endpoint", no_endpoint_in},
    {failure_cause::overload, "overload", "overload", overload_in},
    {failure_cause::breaker_refusal, "breaker refusal", "breaker-refusal", breaker_refusal_in},
    {failure_cause::dependency_error, "dependency error", "dependency-error", dependency_error_in},
    {failure_cause::client_timeout, "client timeout", "client-timeout", client_timeout_in},
    {failure_cause::unexplained, "unexplained", "unexplained", nothing_in},
}};

}  // namespace

std::string_view name_of(failure_cause cause) { return rules[static_cast<std::size_t>(cause)].name; }
std::string_view key_of(failure_cause cause) { return rules[static_cast<std::size_t>(cause)].key; }

attributor::attributor(platform_history const& history, attribution_settings settings)
    : history_{history}, settings_{std::move(settings)} {}

attribution attributor::cause_of(failed_request const& request) const {
  auto const of = case_of(request, history_, settings_);
  for (auto const& rule : rules) {
    if (auto found = rule.find(of)) {
      return {
          .cause = rule.cause, .evidence = *std::move(found), .action = std::string{history_.last_action(request.end)}};
    }
  }
  return {};
}

std::uint64_t attribution_summary::total() const {
  return std::accumulate(by_cause.begin(), by_cause.end(), std::uint64_t{0});
}

std::optional<double> attribution_summary::unexplained_share() const {
  if (total() == 0) return std::nullopt;
  return static_cast<double>(of(failure_cause::unexplained)) / static_cast<double>(total());
}

attribution_summary counts_of(std::span<attribution const> attributions) {
  attribution_summary all;
  for (auto const& each : attributions) ++all.by_cause[static_cast<std::size_t>(each.cause)];
  return all;
}

bool is_conspicuously_slow(nanoseconds latency, nanoseconds median) { return latency > 10 * median; }

}  // namespace holdfast::analysis
