#include "cluster/objects/resource_kind.hpp"

#include <algorithm>
#include <array>

namespace holdfast::cluster {

namespace kinds {

resource_kind const pod{
    .version = "v1", .name = "Pod", .plural = "pods", .singular = "pod", .short_name = "po", .in_all = true};
resource_kind const service{.version = "v1",
                            .name = "Service",
                            .plural = "services",
                            .singular = "service",
                            .short_name = "svc",
                            .counts_generations = false,
                            .in_all = true};
resource_kind const endpoints{.version = "v1",
                              .name = "Endpoints",
                              .plural = "endpoints",
                              .singular = "endpoints",
                              .short_name = "ep",
                              .has_status = false,
                              .counts_generations = false};
resource_kind const config_map{.version = "v1",
                               .name = "ConfigMap",
                               .plural = "configmaps",
                               .singular = "configmap",
                               .short_name = "cm",
                               .has_status = false,
                               .counts_generations = false};
resource_kind const secret{.version = "v1",
                           .name = "Secret",
                           .plural = "secrets",
                           .singular = "secret",
                           .short_name = "",
                           .has_status = false,
                           .counts_generations = false};
resource_kind const persistent_volume_claim{.version = "v1",
                                            .name = "PersistentVolumeClaim",
                                            .plural = "persistentvolumeclaims",
                                            .singular = "persistentvolumeclaim",
                                            .short_name = "pvc",
                                            .counts_generations = false};
resource_kind const name_space{.version = "v1",
                               .name = "Namespace",
                               .plural = "namespaces",
                               .singular = "namespace",
                               .short_name = "ns",
                               .is_namespaced = false,
                               .counts_generations = false};
resource_kind const node{.version = "v1",
                         .name = "Node",
                         .plural = "nodes",
                         .singular = "node",
                         .short_name = "no",
                         .is_namespaced = false,
                         .counts_generations = false};
resource_kind const event{.version = "v1",
                          .name = "Event",
                          .plural = "events",
                          .singular = "event",
                          .short_name = "ev",
                          .has_status = false,
                          .counts_generations = false};
resource_kind const service_account{.version = "v1",
                                    .name = "ServiceAccount",
                                    .plural = "serviceaccounts",
                                    .singular = "serviceaccount",
                                    .short_name = "sa",
                                    .has_status = false,
                                    .counts_generations = false};
resource_kind const deployment{.group = "apps",
                               .version = "v1",
                               .name = "Deployment",
                               .plural = "deployments",
                               .singular = "deployment",
                               .short_name = "deploy",
                               .in_all = true};
resource_kind const replica_set{.group = "apps",
                                .version = "v1",
                                .name = "ReplicaSet",
                                .plural = "replicasets",
                                .singular = "replicaset",
                                .short_name = "rs",
                                .in_all = true};
resource_kind const horizontal_pod_autoscaler{.group = "autoscaling",
                                              .version = "v2",
                                              .name = "HorizontalPodAutoscaler",
                                              .plural = "horizontalpodautoscalers",
                                              .singular = "horizontalpodautoscaler",
                                              .short_name = "hpa",
                                              .counts_generations = false,
                                              .in_all = true};
resource_kind const endpoint_slice{.group = "discovery.k8s.io",
                                   .version = "v1",
                                   .name = "EndpointSlice",
                                   .plural = "endpointslices",
                                   .singular = "endpointslice",
                                   .short_name = "",
                                   .has_status = false};

}  // namespace kinds

namespace {

constexpr std::array<resource_kind const*, 14> catalogue{
    &kinds::config_map,
    &kinds::endpoints,
    &kinds::event,
    &kinds::name_space,
    &kinds::node,
    &kinds::persistent_volume_claim,
    &kinds::pod,
    &kinds::secret,
    &kinds::service,
    &kinds::service_account,
    &kinds::deployment,
    &kinds::replica_set,
    &kinds::horizontal_pod_autoscaler,
    &kinds::endpoint_slice,
};

template <class Predicate>
resource_kind const* first_of(Predicate is_it) {
  auto const* const found = std::ranges::find_if(catalogue, [&](auto const* each) { return is_it(*each); });
  return found == catalogue.end() ? nullptr : *found;
}

}  // namespace

std::span<resource_kind const* const> all_kinds() { return catalogue; }

std::string api_version_of(resource_kind const& kind) {
  if (kind.group.empty()) return std::string{kind.version};
  return std::string{kind.group} + '/' + std::string{kind.version};
}

resource_kind const* find_kind(std::string_view api_version, std::string_view name) {
  return first_of([&](resource_kind const& each) { return each.name == name && api_version_of(each) == api_version; });
}

resource_kind const* find_resource(std::string_view group, std::string_view version, std::string_view plural) {
  return first_of([&](resource_kind const& each) {
    return each.plural == plural && each.group == group && each.version == version;
  });
}

}  // namespace holdfast::cluster
