#include "cluster/controllers/endpoint_groups.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace holdfast::cluster {
namespace {

constexpr char const* over_capacity_annotation = "endpoints.kubernetes.io/over-capacity";

/// The Service's ports on a pod; a named one that the pod does not have is left out.
std::vector<endpoint_port> ports_on(cached_pod const& pod, cached_service const& service) {
  std::vector<endpoint_port> ports;
  for (auto const& each : service.ports) {
    auto number = each.target_number;
    if (!each.target_name.empty()) {
      auto const named = std::ranges::find(pod.named_ports, each.target_name, &container_port::name);
      if (named == pod.named_ports.end()) continue;
      number = named->number;
    }
    ports.push_back({each.name, number, each.protocol, each.app_protocol});
  }
  return ports;
}

json pod_reference(std::string const& name_space, endpoint_entry const& entry) {
  return {{"kind", "Pod"}, {"namespace", name_space}, {"name", entry.at.pod}, {"uid", entry.pod_uid}};
}

json port_json(endpoint_port const& port) {
  json shown{{"port", port.port}, {"protocol", port.protocol}};
  if (!port.app_protocol.empty()) shown["appProtocol"] = port.app_protocol;
  return shown;
}

json addresses_json(std::string const& name_space, std::span<endpoint_entry const> entries) {
  auto addresses = json::array();
  for (auto const& entry : entries) {
    json address{{"ip", entry.at.address}, {"targetRef", pod_reference(name_space, entry)}};
    if (!entry.node.empty()) address["nodeName"] = entry.node;
    addresses.push_back(std::move(address));
  }
  return addresses;
}

/// Those of a group that the older object lists, ready or not.
std::vector<endpoint_entry> listed(endpoint_group const& group, cached_service const& service, bool ready) {
  std::vector<endpoint_entry> chosen;
  for (auto const& entry : group.entries) {
    bool const is_hidden = entry.at.conditions.terminating && service.unready == unready_addresses::hidden;
    if (!is_hidden && entry.at.conditions.ready == ready) chosen.push_back(entry);
  }
  return chosen;
}

json subset_of(cached_service const& service, endpoint_group const& group, std::size_t& room, bool& is_cut) {
  auto subset = json::object();
  for (bool const ready : {true, false}) {
    auto chosen = listed(group, service, ready);
    is_cut = is_cut || chosen.size() > room;
    chosen.resize(std::min(chosen.size(), room));
    room -= chosen.size();
    if (chosen.empty()) continue;
    subset[ready ? "addresses" : "notReadyAddresses"] = addresses_json(service.key.name_space, chosen);
  }
  if (subset.empty() || group.ports.empty()) return subset;
  for (auto const& port : group.ports) {
    auto shown = port_json(port);
    if (!port.name.empty()) shown["name"] = port.name;
    subset["ports"].push_back(std::move(shown));
  }
  return subset;
}

}  // namespace

std::vector<endpoint_group> endpoint_groups(cached_service const& service, std::span<cached_pod const* const> pods) {
  std::vector<service_pod> chosen;
  std::unordered_map<std::string_view, cached_pod const*> by_name;
  for (auto const* const pod : pods) {
    auto const& owned = pod->owned;
    chosen.push_back(
        {owned.name, pod->address, owned.phase, owned.ready && owned.ready->is_ready, owned.is_terminating});
    by_name.emplace(owned.name, pod);
  }
  std::map<std::vector<endpoint_port>, std::vector<endpoint_entry>> by_ports;
  for (auto& each : endpoints_of(chosen, service.unready)) {
    auto const& pod = *by_name.at(each.pod);
    auto ports = ports_on(pod, service);
    if (ports.empty() && !service.ports.empty()) continue;
    by_ports[std::move(ports)].push_back({std::move(each), pod.uid, pod.owned.node});
  }
  std::vector<endpoint_group> groups;
  for (auto& [ports, entries] : by_ports) groups.push_back({ports, std::move(entries)});
  return groups;
}

json endpoints_object(cached_service const& service, std::span<endpoint_group const> groups) {
  auto subsets = json::array();
  std::size_t room = most_endpoint_addresses;
  bool is_cut = false;
  for (auto const& group : groups) {
    auto subset = subset_of(service, group, room, is_cut);
    if (!subset.empty()) subsets.push_back(std::move(subset));
  }
  json object{{"metadata", {{"namespace", service.key.name_space}, {"name", service.key.name}}}};
  object["metadata"]["labels"] = service.labels;
  object["metadata"]["labels"]["endpoints.kubernetes.io/managed-by"] = "endpoint-controller";
  if (is_cut) object["metadata"]["annotations"][over_capacity_annotation] = "truncated";
  if (!subsets.empty()) object["subsets"] = std::move(subsets);
  return object;
}

json slice_ports(std::vector<endpoint_port> const& ports) {
  auto shown = json::array();
  for (auto const& port : ports) {
    shown.push_back(port_json(port));
    shown.back()["name"] = port.name;
  }
  return shown;
}

json slice_endpoints(std::string const& name_space, std::span<endpoint_entry const> entries) {
  auto shown = json::array();
  for (auto const& entry : entries) {
    auto const& conditions = entry.at.conditions;
    json one{{"addresses", json::array({entry.at.address})},
             {"conditions",
              {{"ready", conditions.ready}, {"serving", conditions.serving}, {"terminating", conditions.terminating}}},
             {"targetRef", pod_reference(name_space, entry)}};
    if (!entry.node.empty()) one["nodeName"] = entry.node;
    shown.push_back(std::move(one));
  }
  return shown;
}

endpoint_group group_from(json const& slice) {
  endpoint_group group;
  auto const flag = [](json const& value, char const* name) {
    auto const& found = member(value, "conditions", name);
    return found.is_boolean() && found.get<bool>();
  };
  auto const& ports = member(slice, "ports");
  if (ports.is_array()) {
    for (auto const& each : ports) {
      group.ports.push_back({text_at(each, "name"), static_cast<std::int32_t>(integer_at(each, 0, "port")),
                             text_at(each, "protocol"), text_at(each, "appProtocol")});
    }
  }
  auto const& endpoints = member(slice, "endpoints");
  if (!endpoints.is_array()) return group;
  for (auto const& each : endpoints) {
    auto const& addresses = member(each, "addresses");
    bool const has_address = addresses.is_array() && !addresses.empty() && addresses[0].is_string();
    group.entries.push_back({{text_at(each, "targetRef", "name"),
                              has_address ? addresses[0].get<std::string>() : "",
                              {flag(each, "ready"), flag(each, "serving"), flag(each, "terminating")}},
                             text_at(each, "targetRef", "uid"),
                             text_at(each, "nodeName")});
  }
  return group;
}

}  // namespace holdfast::cluster
