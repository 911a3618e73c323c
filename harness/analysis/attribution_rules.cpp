#include "analysis/attribution_rules.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "core/units.hpp"

namespace holdfast::analysis {
namespace {

std::string clock_text(nanoseconds at) { return fmt::format("{:.3f} s", in_seconds(at)); }

bool broke_off(failed_request const& request) {
  constexpr std::array<std::string_view, 4> kinds{"reset", "closed_early", "malformed_answer", "tls_failed"};
  return std::ranges::find(kinds, request.outcome) != kinds.end();
}

/// Somebody behind the one who answered may have failed.
bool passes_on(failed_request const& request) { return request.status >= 500; }

bool was_refused(broken_connection const& connection) {
  return connection.how == "refused" || connection.how == "connect failed";
}

/// The pod of the connection, when it is known. A request without such a connection has none.
pod_life const* pod_of(failure_case const& of) {
  return of.connection == nullptr || of.connection->pod.empty() ? nullptr : of.history.pod(of.connection->pod);
}

/// Calls visit(name, life) for the pods of the Services on the path until it gives evidence.
template <class Visit>
evidence first_pod_on_path(failure_case const& of, Visit&& visit) {
  for (auto const& [name, life] : of.history.pods()) {
    auto const& services = of.history.services_of(name);
    auto const is_on_path = std::ranges::any_of(services, [&](auto const& service) { return of.is_on_path(service); });
    if (!is_on_path) continue;
    if (auto found = visit(name, life)) return found;
  }
  return std::nullopt;
}

evidence death_on_connection(failure_case const& of) {
  auto const* const pod = pod_of(of);
  if (pod == nullptr || was_refused(*of.connection)) return std::nullopt;
  auto const& [start, end] = std::pair{of.connection->start, of.connection->end};
  auto const exit = pod->exit_in(std::max(start, end - of.settings.slack), end + of.settings.slack);
  if (!exit || pod->deleted_by(*exit)) return std::nullopt;
  return fmt::format("{} ended at {} while a connection to {} was open; {}", of.connection->pod, clock_text(*exit),
                     of.connection->service, of.connection->how);
}

/// Where connections are not recorded, the time has to do.
evidence death_meanwhile(failure_case const& of) {
  if (of.connection != nullptr || !(broke_off(of.request) || passes_on(of.request))) return std::nullopt;
  return first_pod_on_path(of, [&](std::string const& name, pod_life const& life) -> evidence {
    auto const exit = life.exit_in(of.from(), of.to());
    if (!exit || life.deleted_by(*exit)) return std::nullopt;
    return fmt::format("{} ended at {}, during the request", name, clock_text(*exit));
  });
}

/// Since when the pod cannot take the connection that it refused.
std::optional<nanoseconds> unable_since(pod_life const& pod, nanoseconds at, nanoseconds slack) {
  if (auto const gone = pod.gone_since(at)) return gone;
  if (pod.deleted_by(at)) return pod.deleted();
  // The end of the process becomes known a little later than connects are refused.
  if (auto const exit = pod.exit_in(at, at + slack)) return std::min(*exit, at);
  return std::nullopt;
}

}  // namespace

evidence injected_fault_in(failure_case const& of) {
  if (of.connection != nullptr && !of.connection->fault.empty()) {
    return fmt::format("the fault {} ended the connection to {} at {}", of.connection->fault, of.connection->service,
                       clock_text(of.connection->end));
  }
  for (auto const& fault : of.history.faults()) {
    if (fault.from > of.request.end || (fault.to && *fault.to < of.request.start)) continue;
    if (!fault.service.empty() && !of.is_on_path(fault.service)) continue;
    return fmt::format("the fault {} ({}{}{}) acted from {}{}", fault.name, fault.kind,
                       fault.service.empty() ? "" : " on ", fault.service, clock_text(fault.from),
                       fault.to ? " to " + clock_text(*fault.to) : "");
  }
  return std::nullopt;
}

evidence pod_died_in(failure_case const& of) {
  auto found = death_on_connection(of);
  return found ? found : death_meanwhile(of);
}

evidence stale_endpoint_in(failure_case const& of) {
  auto const* const pod = pod_of(of);
  if (pod == nullptr || !was_refused(*of.connection)) return std::nullopt;
  auto const at = of.connection->start;
  auto const since = unable_since(*pod, at, of.settings.slack);
  if (!since) return std::nullopt;
  auto const& name = of.connection->pod;
  return fmt::format("{} was chosen for {} {} after it {}, {}", name, of.connection->service,
                     format_duration(at - *since), pod->deleted() == since ? "had got its deletion" : "had ended",
                     of.history.is_endpoint(of.connection->service, name, at)
                         ? "as it was still an endpoint"
                         : "as the change of the endpoints had not reached the proxy");
}

evidence terminating_pod_in(failure_case const& of) {
  auto const* const pod = pod_of(of);
  if (pod != nullptr && pod->deleted_by(of.connection->end + of.settings.slack)) {
    return fmt::format("{} had got its deletion at {}; {} at {}", of.connection->pod, clock_text(*pod->deleted()),
                       of.connection->how, clock_text(of.connection->end));
  }
  if (pod != nullptr) return std::nullopt;
  return first_pod_on_path(of, [&](std::string const& name, pod_life const& life) -> evidence {
    // An idle connection that the pod closes breaks the request that is being sent on it; the proxy saw an ordinary
    // end.
    auto const answered = name == of.request.instance && passes_on(of.request);
    if (!life.deleted_by(of.to()) || !(answered || broke_off(of.request))) return std::nullopt;
    if (!answered && life.gone_since(of.from())) return std::nullopt;
    return fmt::format("{} had got its deletion at {}{}", name, clock_text(*life.deleted()),
                       answered ? ", and answered" : "; the request broke off while it ended");
  });
}

evidence not_ready_in(failure_case const& of) {
  auto const* const pod = pod_of(of);
  if (pod != nullptr && was_refused(*of.connection)) {
    auto const since = pod->running_since(of.connection->start + of.settings.slack);
    if (!since) return std::nullopt;
    return fmt::format("{} was chosen for {} {} after its start, and refused", of.connection->pod,
                       of.connection->service,
                       format_duration(std::max(of.connection->start - *since, nanoseconds{0})));
  }
  auto const* const answering = of.request.instance.empty() ? nullptr : of.history.pod(of.request.instance);
  if (answering == nullptr || !passes_on(of.request) || answering->was_ready_by(of.request.end)) return std::nullopt;
  return fmt::format("{} answered before it was ready", of.request.instance);
}

evidence no_endpoint_in(failure_case const& of) {
  if (of.connection != nullptr && of.connection->how == "no endpoint") {
    return fmt::format("{} had no endpoint at {}", of.connection->service, clock_text(of.connection->end));
  }
  if (of.request.outcome != "connect_refused" && !passes_on(of.request)) return std::nullopt;
  for (auto const& [service, sets] : of.history.endpoints()) {
    if (!of.is_on_path(service)) continue;
    auto const since = of.history.without_endpoint_in(service, of.from(), of.request.end);
    if (since) return fmt::format("{} had no endpoint from {} on", service, clock_text(*since));
  }
  return std::nullopt;
}

evidence client_timeout_in(failure_case const& of) {
  auto const& outcome = of.request.outcome;
  if (outcome != "response_timeout" && outcome != "connect_timeout") return std::nullopt;
  return fmt::format("no {} within {}", outcome == "connect_timeout" ? "connection" : "answer",
                     format_duration(of.request.end - of.request.start));
}

}  // namespace holdfast::analysis
