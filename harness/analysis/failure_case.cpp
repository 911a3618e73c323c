#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "analysis/attribution_rules.hpp"

namespace holdfast::analysis {
namespace {

std::string service_at(std::string_view peer, call_paths const& paths) {
  auto found = paths.service_of_address.find(peer);
  if (found == paths.service_of_address.end()) found = paths.service_of_address.find(peer.substr(0, peer.rfind(':')));
  return found == paths.service_of_address.end() ? std::string{} : found->second;
}

/// Everything that a call to the Service may reach; empty (any) when no calls are known.
std::set<std::string> reach_of(std::string const& service, call_paths const& paths) {
  if (service.empty() || paths.callees.empty()) return {};
  std::set<std::string> reached{service};
  std::vector<std::string> to_visit{service};
  while (!to_visit.empty()) {
    auto const found = paths.callees.find(to_visit.back());
    to_visit.pop_back();
    if (found == paths.callees.end()) continue;
    for (auto const& callee : found->second) {
      if (reached.insert(callee).second) to_visit.push_back(callee);
    }
  }
  return reached;
}

/// What the caller or the end of the run did says nothing about a pod.
bool tells_of_the_platform(broken_connection const& connection) {
  constexpr std::array<std::string_view, 3> own{"reset by client", "by client", "by proxy"};
  return std::ranges::find(own, connection.how) == own.end();
}

bool is_exact(broken_connection const& connection, failure_case const& of) {
  return of.request.client_port != 0 && connection.client_port == of.request.client_port &&
         (of.service.empty() || connection.service == of.service);
}

/// Smaller fits better: the caller's own connection before those behind it, then the nearest end. A request with an
/// answer was not on a connection that broke; what broke lies behind the Service that answered.
std::pair<int, nanoseconds> distance(broken_connection const& connection, failure_case const& of) {
  auto const apart =
      connection.end > of.request.end ? connection.end - of.request.end : of.request.end - connection.end;
  if (is_exact(connection, of)) return {0, apart};
  auto const is_direct = of.service.empty() || connection.service == of.service;
  return {is_direct == (of.request.status == 0) ? 1 : 2, apart};
}

broken_connection const* connection_of(failure_case const& of) {
  auto const all = of.history.connections();
  auto const first = std::ranges::lower_bound(all, of.from(), {}, &broken_connection::end);
  broken_connection const* best = nullptr;
  for (auto at = first; at != all.end() && at->end <= of.to(); ++at) {
    if (!tells_of_the_platform(*at) || !of.is_on_path(at->service)) continue;
    // Without an answer the caller's connection and the request ended together.
    if (of.request.status == 0 && at->end < of.request.end - of.settings.slack) continue;
    if (best == nullptr || distance(*at, of) < distance(*best, of)) best = &*at;
  }
  return best;
}

}  // namespace

failure_case case_of(failed_request const& request, platform_history const& history,
                     attribution_settings const& settings) {
  failure_case made{.request = request,
                    .history = history,
                    .settings = settings,
                    .service = service_at(request.peer, settings.paths),
                    .path = {}};
  made.path = reach_of(made.service, settings.paths);
  made.connection = connection_of(made);
  return made;
}

}  // namespace holdfast::analysis
