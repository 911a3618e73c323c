#pragma once

#include <map>
#include <string>
#include <vector>

#include "cluster/controllers/controller.hpp"
#include "cluster/controllers/slice_plan.hpp"

namespace holdfast::cluster {

/// Keeps the Endpoints and the EndpointSlices of every Service with a selector up to date with the pods it selects.
class endpoints_controller final : public keyed_controller {
 public:
  using keyed_controller::keyed_controller;
  void note(cached_change const& change) override;
  void note_all() override;

 private:
  /// A slice as it was read or written last, so that it is not read again while it stays.
  struct remembered_slice {
    std::string version;
    endpoint_group group;
  };
  /// What was written for a Service.
  struct remembered_service {
    std::vector<endpoint_group> groups;
    std::string endpoints_version;
    std::map<std::string, remembered_slice> slices;
  };

  void sync(object_key const& key, time_point now) override;
  void mark_services(cached_pod const& pod);
  void mark_owner(cached_change const& change);
  bool is_own_write(object_key const& service, cached_change const& change) const;
  std::vector<present_slice> present_slices(cached_service const& service, remembered_service& memory) const;
  bool write_endpoints(cached_service const& service, std::vector<endpoint_group> const& groups,
                       remembered_service& memory);
  bool write_slices(cached_service const& service, slice_plan const& plan, remembered_service& memory);
  void remove_all(object_key const& key);
  void tell(cached_service const& service, std::vector<endpoint_group> const& before,
            std::vector<endpoint_group> const& groups, time_point now);

  std::map<object_key, remembered_service> memory_;
};

}  // namespace holdfast::cluster
