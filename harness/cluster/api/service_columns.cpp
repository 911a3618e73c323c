#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cluster/api/table_columns.hpp"
#include "cluster/objects/object_meta.hpp"

namespace holdfast::cluster {
namespace {

std::string external_address(json const& service) {
  std::vector<std::string> addresses;
  auto const& given = member(service, "status", "loadBalancer", "ingress");
  if (given.is_array()) {
    for (auto const& each : given) addresses.push_back(text_at(each, "ip"));
  }
  auto const& own = member(service, "spec", "externalIPs");
  if (own.is_array()) {
    for (auto const& each : own) {
      if (each.is_string()) addresses.push_back(each.get<std::string>());
    }
  }
  if (addresses.empty()) return text_at(service, "spec", "type") == "LoadBalancer" ? "<pending>" : "<none>";
  return fmt::format("{}", fmt::join(addresses, ","));
}

std::string ports_text(json const& service) {
  std::vector<std::string> texts;
  auto const& ports = member(service, "spec", "ports");
  if (ports.is_array()) {
    for (auto const& port : ports) {
      auto text = std::to_string(integer_at(port, 0, "port"));
      auto const node_port = integer_at(port, 0, "nodePort");
      if (node_port != 0) text += fmt::format(":{}", node_port);
      auto const& protocol = text_at(port, "protocol");
      texts.push_back(text + '/' + (protocol.empty() ? "TCP" : protocol));
    }
  }
  return texts.empty() ? "<none>" : fmt::format("{}", fmt::join(texts, ","));
}

/// "127.5.0.3:8080,127.5.0.4:8080": the first three.
std::string endpoints_text(json const& endpoints) {
  std::vector<std::string> texts;
  auto const& subsets = member(endpoints, "subsets");
  if (!subsets.is_array()) return "<none>";
  for (auto const& subset : subsets) {
    auto const& addresses = member(subset, "addresses");
    auto const& ports = member(subset, "ports");
    if (!addresses.is_array()) continue;
    for (auto const& address : addresses) {
      if (!ports.is_array() || ports.empty()) {
        texts.push_back(text_at(address, "ip"));
        continue;
      }
      for (auto const& port : ports)
        texts.push_back(fmt::format("{}:{}", text_at(address, "ip"), integer_at(port, 0, "port")));
    }
  }
  return joined(texts, 3);
}

std::vector<std::string> slice_addresses(json const& slice) {
  std::vector<std::string> texts;
  auto const& endpoints = member(slice, "endpoints");
  if (!endpoints.is_array()) return texts;
  for (auto const& each : endpoints) {
    auto const& addresses = member(each, "addresses");
    if (!addresses.is_array()) continue;
    for (auto const& address : addresses) {
      if (address.is_string()) texts.push_back(address.get<std::string>());
    }
  }
  return texts;
}

std::vector<std::string> slice_ports(json const& slice) {
  std::vector<std::string> texts;
  auto const& ports = member(slice, "ports");
  if (!ports.is_array()) return texts;
  for (auto const& each : ports) texts.push_back(std::to_string(integer_at(each, 0, "port")));
  return texts;
}

}  // namespace

std::vector<table_column> service_columns() {
  return {
      name_column(),
      text_column("Type", "/spec/type"_json_pointer, "ClusterIP"),
      text_column("Cluster-IP", "/spec/clusterIP"_json_pointer),
      {.name = "External-IP", .cell = [](json const& service, wall_time) { return json(external_address(service)); }},
      {.name = "Port(s)", .cell = [](json const& service, wall_time) { return json(ports_text(service)); }},
      age_column(),
      selector_column("/spec/selector"_json_pointer)};
}

std::vector<table_column> endpoints_columns() {
  return {
      name_column(),
      {.name = "Endpoints", .cell = [](json const& endpoints, wall_time) { return json(endpoints_text(endpoints)); }},
      age_column()};
}

std::vector<table_column> endpoint_slice_columns() {
  return {name_column(),
          text_column("AddressType", "/addressType"_json_pointer, "<unset>"),
          {.name = "Ports",
           .cell =
               [](json const& slice, wall_time) {
                 auto const ports = slice_ports(slice);
                 return json(ports.empty() ? "<unset>" : joined(ports, 3));
               }},
          {.name = "Endpoints",
           .cell =
               [](json const& slice, wall_time) {
                 auto const addresses = slice_addresses(slice);
                 return json(addresses.empty() ? "<unset>" : joined(addresses, 3));
               }},
          age_column()};
}

}  // namespace holdfast::cluster
