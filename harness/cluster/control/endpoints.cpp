#include "cluster/control/endpoints.hpp"

#include <algorithm>

namespace holdfast::cluster {

endpoint_conditions conditions_of(service_pod const& pod, unready_addresses unready) {
  bool const is_published = unready == unready_addresses::published;
  return {.ready = is_published || (pod.is_ready && !pod.is_terminating),
          .serving = pod.is_ready,
          .terminating = pod.is_terminating};
}

std::vector<endpoint> endpoints_of(std::span<service_pod const> pods, unready_addresses unready) {
  std::vector<endpoint> endpoints;
  for (auto const& pod : pods) {
    if (is_finished(pod.phase) || pod.address.empty()) continue;
    endpoints.push_back({pod.name, pod.address, conditions_of(pod, unready)});
  }
  std::ranges::sort(endpoints, {}, &endpoint::pod);
  return endpoints;
}

endpoint_addresses addresses_of(std::span<endpoint const> endpoints, unready_addresses unready) {
  endpoint_addresses addresses;
  for (auto const& each : endpoints) {
    if (each.conditions.terminating && unready == unready_addresses::hidden) continue;
    (each.conditions.ready ? addresses.ready : addresses.not_ready).push_back(each);
  }
  return addresses;
}

}  // namespace holdfast::cluster
