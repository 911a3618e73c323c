#include "load/preflight.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "load/open_file_limit.hpp"
#include "net/connection_probe.hpp"

namespace holdfast::load {
namespace {

// Beside the connections: standard streams, timers, epoll, output files, the resolver.
constexpr std::uint64_t own_descriptors_per_thread = 8;
constexpr std::uint64_t own_descriptors = 32;

std::uint64_t connections_at_once(load_settings const& settings) {
  if (auto const* const plan = std::get_if<closed_loop_plan>(&settings.arrivals)) return peak_users(*plan);
  return std::get<open_loop>(settings.arrivals).users;
}

bool speaks_tls(net::origin const& origin) { return origin.scheme == net::url_scheme::https; }

void append(diagnostics& all, diagnostics const& more) { all.insert(all.end(), more.begin(), more.end()); }

std::vector<net::stream_endpoint> look_up(net::origin const& origin, diagnostics& problems) {
  auto found = net::resolve(origin);
  if (found) return *std::move(found);
  problems.push_back({.field = "target",
                      .value = net::to_string(origin),
                      .problem = "the host cannot be resolved: " + found.error(),
                      .fix = "Check the name, or give an address."});
  return {};
}

}  // namespace

result<preflight, diagnostics> check_before_run(load_settings const& settings, target_probe probe) {
  diagnostics problems;
  auto const needed = connections_at_once(settings) + own_descriptors + own_descriptors_per_thread * settings.threads;
  if (auto const limit = raise_open_file_limit(needed); !limit) append(problems, limit.error());
  result<std::unique_ptr<net::tls_context>, diagnostics> tls{nullptr};
  if (std::ranges::any_of(settings.origins, speaks_tls)) tls = net::make_tls_context(settings.tls);
  if (!tls) append(problems, tls.error());
  preflight ready;
  for (auto const& origin : settings.origins) {
    auto addresses = look_up(origin, problems);
    if (probe == target_probe::connect && tls && !addresses.empty()) {
      auto const reached = net::probe_connection(origin, addresses, tls->get(), settings.limits.connect);
      if (!reached) {
        problems.push_back({.field = "target",
                            .value = net::to_string(origin),
                            .problem = "no connection before the run: " + reached.error(),
                            .fix = "Start the target, or leave this check out with --no-probe."});
      }
    }
    ready.addresses.push_back(std::move(addresses));
  }
  if (!problems.empty()) return problems;
  return ready;
}

}  // namespace holdfast::load
