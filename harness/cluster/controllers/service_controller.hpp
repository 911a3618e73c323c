#pragma once

#include <map>
#include <string>

#include "cluster/controllers/address_source.hpp"
#include "cluster/controllers/controller.hpp"

namespace holdfast::cluster {

/// Gives Services their addresses, takes those of deleted ones back, and tells where a LoadBalancer can be reached.
///
/// A real cluster refuses a Service whose clusterIP is taken; here it stays without a working address and a warning
/// says why, until the address is free.
class service_controller final : public keyed_controller {
 public:
  service_controller(controller_context const& context, address_source& addresses)
      : keyed_controller{context}, addresses_{addresses} {}
  void note(cached_change const& change) override;
  void note_all() override;

  /// Whether the Service's address is its own to listen on.
  bool holds_address(std::string const& uid) const { return held_.contains(uid); }

 private:
  void sync(object_key const& key, time_point now) override;
  object_ptr with_address(cached_service const& service, time_point now);
  void warn(cached_service const& service, std::string problem, time_point now);
  json status_of(json const& service) const;

  address_source& addresses_;
  std::map<std::string, std::string> held_;  // addresses by uid
};

}  // namespace holdfast::cluster
