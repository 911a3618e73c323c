#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/objects/manifest_reader.hpp"
#include "core/json_fields.hpp"
#include "net/origin.hpp"

namespace holdfast::experiment {

struct named_port {
  std::string name;  ///< may be empty
  std::uint16_t number = 0;
};

/// What a system's manifests have, by name: so that a profile that asks for anything else is refused. Of a system that
/// could not be read nothing is known, and nothing refused.
class system_names {
 public:
  system_names() = default;
  explicit system_names(cluster::manifest_set const& manifests) : manifests_{&manifests} {}

  bool is_known() const { return manifests_ != nullptr; }
  cluster::manifest const* find(cluster::resource_kind const& kind, std::string_view name) const;
  std::vector<std::string_view> names(cluster::resource_kind const& kind) const;
  std::vector<std::string> containers(std::string_view deployment) const;
  std::vector<named_port> service_ports(std::string_view service) const;
  std::vector<named_port> container_ports(std::string_view deployment) const;

 private:
  cluster::manifest_set const* manifests_ = nullptr;
};

/// The name of an object of that kind; a name that the system has not is a problem.
std::optional<std::string> object_of_kind(json_field const& field, cluster::resource_kind const& kind,
                                          system_names const& system, json_problems& problems);

/// A kind as manifests write it.
cluster::resource_kind const* kind_of(json_field const& field, json_problems& problems);

/// A port by name or number, one of `known`; nothing known: anything that may be a port.
std::optional<named_port> port_of(json_field const& field, std::vector<named_port> const& known, std::string_view whose,
                                  json_problems& problems);

/// Whether requests can get there: a host without a dot has to be a Service of the system, with that port.
void check_target(json_field const& where, net::origin const& to, system_names const& system, json_problems& problems);

}  // namespace holdfast::experiment
