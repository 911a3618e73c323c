#include "cluster/local/route_plan.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <set>

#include <fmt/format.h>

namespace holdfast::cluster {
namespace {

constexpr char const* local_port_annotation = "holdfast.io/local-port";
constexpr std::uint32_t local_address = 0x7F000001;
constexpr std::int64_t usual_affinity_seconds = 10'800;  // Kubernetes

std::optional<std::uint16_t> port_from(std::int64_t number) {
  if (number < 1 || number > std::numeric_limits<std::uint16_t>::max()) return std::nullopt;
  return static_cast<std::uint16_t>(number);
}

std::optional<std::uint16_t> port_from(std::string const& text) {
  std::int64_t number = 0;
  auto const* const end = text.data() + text.size();
  auto const read = std::from_chars(text.data(), end, number);
  return read.ec == std::errc{} && read.ptr == end ? port_from(number) : std::nullopt;
}

bool is_tcp(json const& port) {
  auto const& protocol = text_at(port, "protocol");
  return protocol.empty() || protocol == "TCP";
}

/// A condition that nobody has told.
bool flag_at(json const& conditions, char const* name, bool otherwise) {
  auto const& found = member(conditions, name);
  return found.is_boolean() ? found.get<bool>() : otherwise;
}

std::string pod_of(json const& address, std::string const& otherwise) {
  auto const& name = text_at(address, "targetRef", "name");
  return name.empty() ? otherwise : name;
}

/// Endpoints of one port of a Service, each address once.
class endpoint_list {
 public:
  explicit endpoint_list(std::string const& port_name) : port_name_{port_name} {}

  void add_slice(json const& slice) {
    auto const port = number_of_port(member(slice, "ports"));
    auto const& endpoints = member(slice, "endpoints");
    if (!port || !endpoints.is_array()) return;
    for (auto const& each : endpoints) {
      auto const& addresses = member(each, "addresses");
      if (!addresses.is_array() || addresses.empty() || !addresses[0].is_string()) continue;
      // Kubernetes: what is not told counts as ready, serving as ready and not terminating. Of several addresses the
      // first counts.
      auto const& conditions = member(each, "conditions");
      bool const is_ready = flag_at(conditions, "ready", true);
      add(addresses[0].get<std::string>(), *port, each,
          {.ready = is_ready,
           .serving = flag_at(conditions, "serving", is_ready),
           .terminating = flag_at(conditions, "terminating", false)});
    }
  }

  void add_endpoints(json const& object) {
    auto const& subsets = member(object, "subsets");
    if (!subsets.is_array()) return;
    for (auto const& subset : subsets) {
      auto const port = number_of_port(member(subset, "ports"));
      if (!port) continue;
      for (bool const is_ready : {true, false}) {
        auto const& addresses = member(subset, is_ready ? "addresses" : "notReadyAddresses");
        if (!addresses.is_array()) continue;
        for (auto const& each : addresses) {
          add(text_at(each, "ip"), *port, each, {.ready = is_ready, .serving = is_ready, .terminating = false});
        }
      }
    }
  }

  std::vector<proxy_endpoint> take() { return std::move(found_); }

 private:
  std::optional<std::uint16_t> number_of_port(json const& ports) const {
    if (!ports.is_array()) return std::nullopt;
    for (auto const& each : ports) {
      if (text_at(each, "name") == port_name_ && is_tcp(each)) return port_from(integer_at(each, 0, "port"));
    }
    return std::nullopt;
  }

  void add(std::string const& address, std::uint16_t port, json const& entry, endpoint_conditions const& conditions) {
    auto const parsed = parse_ipv4_address(address);
    if (!parsed || !known_.insert({*parsed, port}).second) return;
    found_.push_back(
        {pod_of(entry, address), {*parsed, port}, conditions.ready, conditions.serving, conditions.terminating});
  }

  std::string const& port_name_;
  std::set<ipv4_endpoint> known_;
  std::vector<proxy_endpoint> found_;
};

std::vector<proxy_endpoint> endpoints_for(std::string const& port_name, endpoint_objects const& where,
                                          bool has_selector) {
  endpoint_list list{port_name};
  for (auto const& slice : where.slices) list.add_slice(*slice);
  if (!has_selector && where.endpoints) list.add_endpoints(*where.endpoints);
  return list.take();
}

std::optional<nanoseconds> affinity_of(json const& spec, double scale) {
  if (text_at(spec, "sessionAffinity") != "ClientIP") return std::nullopt;
  auto const seconds = integer_at(spec, usual_affinity_seconds, "sessionAffinityConfig", "clientIP", "timeoutSeconds");
  return from_seconds(static_cast<double>(seconds) / scale);
}

std::optional<ipv4_endpoint> local_address_of(json const& service) {
  if (text_at(service, "spec", "type") != "LoadBalancer") return std::nullopt;
  auto const port = port_from(text_at(service, "metadata", "annotations", local_port_annotation));
  if (!port) return std::nullopt;
  return ipv4_endpoint{local_address, *port};
}

bool is_same_route(planned_route const& a, planned_route const& b) {
  return a.name == b.name && a.at == b.at && a.affinity == b.affinity;
}

planned_route const* found_in(std::span<planned_route const> routes, planned_route const& like) {
  auto const found = std::ranges::find_if(routes, [&](auto const& each) { return is_same_route(each, like); });
  return found == routes.end() ? nullptr : &*found;
}

}  // namespace

std::vector<planned_route> routes_of(json const& service, endpoint_objects const& where, double scale) {
  std::vector<planned_route> routes;
  auto const& spec = member(service, "spec");
  auto const address = parse_ipv4_address(text_at(spec, "clusterIP"));
  auto const& ports = member(spec, "ports");
  if (!address || !ports.is_array()) return routes;
  auto const& selector = member(spec, "selector");
  bool const has_selector = selector.is_object() && !selector.empty();
  auto const affinity = affinity_of(spec, scale);
  auto local = local_address_of(service);
  for (auto const& each : ports) {
    auto const port = port_from(integer_at(each, 0, "port"));
    if (!port || !is_tcp(each)) continue;
    auto const& port_name = text_at(each, "name");
    routes.push_back({.name = fmt::format("{}/{}:{}", namespace_of(service), name_of(service),
                                          port_name.empty() ? std::to_string(*port) : port_name),
                      .at = {*address, *port},
                      .local = std::exchange(local, std::nullopt),
                      .affinity = affinity,
                      .endpoints = endpoints_for(port_name, where, has_selector)});
  }
  return routes;
}

bool route_changes::is_empty() const {
  return removals.empty() && releases.empty() && additions.empty() && holds.empty() && new_places.empty();
}

route_changes changes_between(std::span<planned_route const> present, std::span<planned_route const> wanted) {
  route_changes changes;
  for (auto const& before : present) {
    auto const* const after = found_in(wanted, before);
    if (after == nullptr) {
      changes.removals.push_back(before.name);
    } else if (before.local && before.local != after->local) {
      changes.releases.emplace_back(before.name, *before.local);
    }
  }
  for (auto const& after : wanted) {
    auto const* const before = found_in(present, after);
    if (before == nullptr) {
      changes.additions.push_back(after);
      continue;
    }
    if (after.local && after.local != before->local) changes.holds.emplace_back(after.name, *after.local);
    if (after.endpoints != before->endpoints) changes.new_places.push_back(after);
  }
  return changes;
}

}  // namespace holdfast::cluster
