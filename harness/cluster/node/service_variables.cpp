#include "cluster/node/service_variables.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

namespace holdfast::cluster {
namespace {

std::string variable_name(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return c == '-' ? '_' : static_cast<char>(std::toupper(c)); });
  return text;
}

std::string in_lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

void add_links(service_address const& service, std::string const& name, std::map<std::string, std::string>& all) {
  auto const url = [&](service_port const& port) {
    return fmt::format("{}://{}:{}", in_lower_case(port.protocol), service.cluster_ip, port.port);
  };
  all[name + "_PORT"] = url(service.ports.front());
  for (auto const& port : service.ports) {
    auto const prefix = fmt::format("{}_PORT_{}_{}", name, port.port, variable_name(port.protocol));
    all[prefix] = url(port);
    all[prefix + "_PROTO"] = in_lower_case(port.protocol);
    all[prefix + "_PORT"] = std::to_string(port.port);
    all[prefix + "_ADDR"] = service.cluster_ip;
  }
}

}  // namespace

std::map<std::string, std::string> service_variables(std::span<service_address const> services) {
  std::map<std::string, std::string> all;
  for (auto const& service : services) {
    if (service.cluster_ip.empty() || service.cluster_ip == "None" || service.ports.empty()) continue;
    auto const name = variable_name(service.name);
    all[name + "_SERVICE_HOST"] = service.cluster_ip;
    all[name + "_SERVICE_PORT"] = std::to_string(service.ports.front().port);
    for (auto const& port : service.ports) {
      if (!port.name.empty()) all[name + "_SERVICE_PORT_" + variable_name(port.name)] = std::to_string(port.port);
    }
    add_links(service, name, all);
  }
  return all;
}

}  // namespace holdfast::cluster
