#pragma once

#include <cstdint>
#include <memory>

#include "cluster/proxy/fault_evidence.hpp"
#include "cluster/proxy/ipv4_endpoint.hpp"
#include "cluster/proxy/probe_responder.hpp"
#include "cluster/proxy/service_proxy.hpp"
#include "core/result.hpp"

namespace holdfast::cluster {

/// Sees from outside whether a fault acts: connections of its own through the proxy, on the Service's own address, to a
/// responder whose behaviour is known. Blocks its caller, which must not be the proxy's thread; one caller at a time.
class fault_probe {
 public:
  /// @param client_address  a loopback address that no client uses: the proxy knows the probe by it
  /// @param proxy           outlives the probe
  static result<std::unique_ptr<fault_probe>> start(service_proxy& proxy, std::uint32_t client_address);
  ~fault_probe();
  fault_probe(fault_probe const&) = delete;
  fault_probe& operator=(fault_probe const&) = delete;

  /// The plan's steps, each on a connection of its own. A Service without endpoints refuses the probe as well.
  probe_observation observe(ipv4_endpoint const& service, probe_plan const& plan) const;

  /// How things are before the fault, for confirm(). @param request  valid, as all below
  probe_observation baseline(ipv4_endpoint const& service, fault_request const& request) const;
  /// Looks until the fault is seen to act, three times at most: a busy machine spoils a look now and then.
  fault_evidence confirm(ipv4_endpoint const& service, fault_request const& request,
                         probe_observation const& before) const;
  /// The same until its effect is seen to be gone.
  fault_evidence confirm_gone(ipv4_endpoint const& service, fault_request const& request,
                              probe_observation const& before) const;

 private:
  fault_probe(service_proxy& proxy, std::uint32_t client_address, std::unique_ptr<probe_responder> responder);
  service_proxy& proxy_;
  std::uint32_t client_address_;
  std::unique_ptr<probe_responder> responder_;
};

/// Whether everything that the plan asked for happened as without a fault, and the fault sees nothing of its effect.
fault_evidence evidence_of_absence(path_fault const& fault, probe_plan const& plan, probe_observation const& seen,
                                   probe_observation const& before);

}  // namespace holdfast::cluster
