#include <algorithm>

#include <fmt/format.h>

#include "analysis/attribution_rules.hpp"
#include "core/units.hpp"

namespace holdfast::analysis {
namespace {

constexpr std::string_view refused_outcome = "refused_fast";

open_breaker const* open_breaker_of(failure_case const& of) {
  auto const& all = of.history.breakers();
  auto const found = std::ranges::find_if(all, [&](auto const& breaker) {
    auto const caller = breaker.name.substr(0, breaker.name.find('/'));
    return of.is_on_path(caller) && breaker.from <= of.to() && (!breaker.to || *breaker.to >= of.from());
  });
  return found == all.end() ? nullptr : &*found;
}

/// A Service on the path that needed more than it had when the request ended.
evidence shortage_in(failure_case const& of) {
  for (auto const& [service, demand] : of.settings.demand) {
    auto const supply = of.settings.supply.find(service);
    if (supply == of.settings.supply.end() || !of.is_on_path(service)) continue;
    auto const needed = demand.value_at(of.request.end);
    auto const there = supply->second.value_at(of.request.end);
    if (needed > there) return fmt::format("{} had {} of {} replicas that the load needed", service, there, needed);
  }
  return std::nullopt;
}

std::string callees_text(failure_case const& of) {
  std::string text;
  auto const found = of.settings.paths.callees.find(of.service);
  if (found == of.settings.paths.callees.end()) return text;
  for (auto const& callee : found->second) text += (text.empty() ? "" : " or ") + callee;
  return text;
}

}  // namespace

evidence overload_in(failure_case const& of) {
  auto const& request = of.request;
  if (of.connection != nullptr && of.connection->how == "out of descriptors") {
    return fmt::format("no descriptor was left for a connection to {}", of.connection->service);
  }
  auto const took_too_long = request.outcome == "response_timeout" || request.outcome == "connect_timeout" ||
                             request.outcome == "slow" || request.status == 503 || request.status == 504;
  if (took_too_long) {
    if (auto found = shortage_in(of)) return found;
  }
  auto const by_a_limit =
      request.status == 429 || (request.outcome == refused_outcome && open_breaker_of(of) == nullptr);
  if (!by_a_limit) return std::nullopt;
  return fmt::format("{} refused with status {} after {}", request.instance.empty() ? "a limit" : request.instance,
                     request.status, format_duration(request.end - request.start));
}

evidence breaker_refusal_in(failure_case const& of) {
  auto const is_fast = of.request.status >= 500 && of.request.end - of.request.start <= of.settings.fast_refusal;
  if (of.request.outcome != refused_outcome && !is_fast) return std::nullopt;
  auto const* const breaker = open_breaker_of(of);
  if (breaker == nullptr) return std::nullopt;
  return fmt::format("the breaker {} of {} was open from {:.3f} s on", breaker->name,
                     breaker->pod.empty() ? "an unknown pod" : breaker->pod, in_seconds(breaker->from));
}

evidence dependency_error_in(failure_case const& of) {
  if (of.request.status < 500) return std::nullopt;
  if (of.connection != nullptr && of.connection->service != of.service) {
    return fmt::format("a connection to {} failed: {}", of.connection->service, of.connection->how);
  }
  auto const by_gateway = of.request.status == 502 || of.request.status == 504;
  auto const callees = callees_text(of);
  if (!by_gateway || callees.empty()) return std::nullopt;
  return fmt::format("{} passed on a failure of {} as {}", of.service, callees, of.request.status);
}

}  // namespace holdfast::analysis
