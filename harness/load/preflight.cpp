#include "load/preflight.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>
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
                      .problem = std::string{origin.proxy ? "its proxy " + origin.proxy->host : "the host"} +
                                 " cannot be resolved: " + found.error(),
                      .fix = "Check the name, or give an address."});
  return {};
}

/// What helps depends on how far the connection came. `problem` is the probe's sentence.
std::string remedy_of(std::string_view problem) {
  struct remedy {
    std::string_view sign;
    std::string_view fix;
  };
  constexpr std::string_view plain =
      "The peer did not speak TLS. Write http:// if it is a plain server, or name the port that it has for TLS.";
  constexpr std::array<remedy, 8> remedies{{
      {"certificate has expired", "Renew the server's certificate, or do without verifying it with -k."},
      {"certificate is not yet valid",
       "Check the clocks, renew the server's certificate, or do without verifying with -k."},
      {"mismatch", "Use a name that the server's certificate is made for, or do without verifying it with -k."},
      {"certificate is refused", "Trust its authority with --cacert FILE, or do without verifying it with -k."},
      {"does not speak TLS", plain},
      {"no TLS handshake", plain},
      {"during the TLS handshake", plain},
      {" alert ", "The server refused the handshake. It may want a client certificate: see --cert and --key."},
  }};
  auto const known =
      std::ranges::find_if(remedies, [&](remedy const& r) { return problem.find(r.sign) != std::string_view::npos; });
  if (known != remedies.end()) return std::string{known->fix};
  return "Start the target, or leave this check out with --no-probe.";
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
                            .fix = remedy_of(reached.error())});
      }
    }
    ready.addresses.push_back(std::move(addresses));
  }
  if (!problems.empty()) return problems;
  return ready;
}

}  // namespace holdfast::load
