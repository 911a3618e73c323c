#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace holdfast::cluster {

/// What the API calls things of one kind. All of them are in the catalogue below; compare them by address.
struct resource_kind {
  std::string_view group;  ///< "apps"; empty for the core group
  std::string_view version;
  std::string_view name;    ///< "Deployment"
  std::string_view plural;  ///< as in paths: "deployments"
  std::string_view singular;
  std::string_view short_name;  ///< "deploy"; empty when there is none
  bool is_namespaced = true;
  bool has_status = true;          ///< a status that is written apart from the rest
  bool counts_generations = true;  ///< metadata.generation grows with each change of the spec
  bool in_all = false;             ///< shown by "kubectl get all"
};

/// The kinds of which the local cluster keeps objects, in the versions in which it keeps them.
namespace kinds {
extern resource_kind const pod, service, endpoints, config_map, secret, persistent_volume_claim, name_space, node,
    event, deployment, replica_set, horizontal_pod_autoscaler, endpoint_slice, service_account;
}  // namespace kinds

std::span<resource_kind const* const> all_kinds();

/// "apps/v1", or "v1" for the core group: an object's apiVersion.
std::string api_version_of(resource_kind const& kind);

/// By apiVersion and kind as manifests write them; nullptr when it is not kept here in that version.
resource_kind const* find_kind(std::string_view api_version, std::string_view name);

/// By the parts of an API path.
resource_kind const* find_resource(std::string_view group, std::string_view version, std::string_view plural);

}  // namespace holdfast::cluster
