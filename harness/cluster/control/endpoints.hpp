#pragma once

#include <span>
#include <string>
#include <vector>

#include "cluster/control/pod_state.hpp"

namespace holdfast::cluster {

/// A pod that a Service's selector finds.
struct service_pod {
  std::string name{};
  std::string address{};  ///< empty: it has none yet
  pod_phase phase = pod_phase::running;
  bool is_ready = false;  ///< its condition Ready
  bool is_terminating = false;
};

struct endpoint_conditions {
  bool ready = false;
  bool serving = false;
  bool terminating = false;
  friend bool operator==(endpoint_conditions const&, endpoint_conditions const&) = default;
};

/// An entry of an EndpointSlice.
struct endpoint {
  std::string pod{};
  std::string address{};
  endpoint_conditions conditions{};
  friend bool operator==(endpoint const&, endpoint const&) = default;
};

enum class unready_addresses { hidden, published };  ///< publishNotReadyAddresses

/// Kubernetes: serving = Ready; terminating = deleted; ready = serving and not terminating, always true when unready
/// addresses are published.
endpoint_conditions conditions_of(service_pod const& pod, unready_addresses unready);

/// One entry a pod, by pod name. Pods in phase Succeeded or Failed, or without an address, have none.
std::vector<endpoint> endpoints_of(std::span<service_pod const> pods, unready_addresses unready);

/// What the older Endpoints object lists. Kubernetes: terminating pods are in neither list unless unready addresses are
/// published.
struct endpoint_addresses {
  std::vector<endpoint> ready{};
  std::vector<endpoint> not_ready{};
};

endpoint_addresses addresses_of(std::span<endpoint const> endpoints, unready_addresses unready);

}  // namespace holdfast::cluster
