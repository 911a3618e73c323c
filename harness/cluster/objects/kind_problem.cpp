#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "cluster/objects/object_meta.hpp"
#include "cluster/objects/validation.hpp"
#include "core/diagnostic.hpp"

namespace holdfast::cluster {
namespace {

struct foreign_kind {
  std::string_view name;
  std::string_view instead;  ///< what to do here
};

constexpr std::string_view nothing_enforces = "Leave it out: nothing here enforces it";
constexpr std::string_view no_access_rules = "Leave it out: the local cluster has one user who may do everything";

constexpr std::array foreign_kinds{
    foreign_kind{"StatefulSet", "Use a Deployment; a PersistentVolumeClaim keeps its state"},
    foreign_kind{"DaemonSet", "There is one node: use a Deployment with one replica"},
    foreign_kind{"Job", "Run the program before the system comes up, or as an init container"},
    foreign_kind{"CronJob", "Start the program from outside at its times"},
    foreign_kind{"ReplicationController", "Use a Deployment"},
    foreign_kind{"Ingress", "Use a Service of type LoadBalancer"},
    foreign_kind{"IngressClass", "Use a Service of type LoadBalancer"},
    foreign_kind{"Gateway", "Use a Service of type LoadBalancer"},
    foreign_kind{"HTTPRoute", "Use a Service of type LoadBalancer"},
    foreign_kind{"PersistentVolume", "Leave it out: every PersistentVolumeClaim gets a directory of its own"},
    foreign_kind{"StorageClass", "Leave it out: every PersistentVolumeClaim gets a directory of its own"},
    foreign_kind{"VolumeAttachment", "Leave it out: every PersistentVolumeClaim gets a directory of its own"},
    foreign_kind{"NetworkPolicy", nothing_enforces},
    foreign_kind{"PodDisruptionBudget", nothing_enforces},
    foreign_kind{"ResourceQuota", nothing_enforces},
    foreign_kind{"LimitRange", nothing_enforces},
    foreign_kind{"PriorityClass", nothing_enforces},
    foreign_kind{"RuntimeClass", nothing_enforces},
    foreign_kind{"Role", no_access_rules},
    foreign_kind{"RoleBinding", no_access_rules},
    foreign_kind{"ClusterRole", no_access_rules},
    foreign_kind{"ClusterRoleBinding", no_access_rules},
    foreign_kind{"CustomResourceDefinition", "Leave it out: nothing here acts on objects of other kinds"},
    foreign_kind{"APIService", "Leave it out: nothing here acts on objects of other kinds"},
    foreign_kind{"MutatingWebhookConfiguration", "Leave it out: nothing is called on admission"},
    foreign_kind{"ValidatingWebhookConfiguration", "Leave it out: nothing is called on admission"},
    foreign_kind{"PodTemplate", "Use a Deployment"},
    foreign_kind{"Lease", "Leave it out"},
    foreign_kind{"ControllerRevision", "Leave it out: a Deployment's ReplicaSets are its revisions"},
    foreign_kind{"Binding", "Leave it out: there is one node"},
};

std::string near_kind(std::string_view name) {
  std::vector<std::string_view> names;
  for (auto const* const kind : all_kinds()) names.push_back(kind->name);
  auto const hint = did_you_mean(name, names);
  return hint.empty() ? "Kinds of the local cluster are e.g. Deployment, Service, ConfigMap" : hint.substr(1);
}

}  // namespace

field_problem kind_problem(json const& object) {
  if (!object.is_object())
    return is_mistyped("", object, "is no Kubernetes object", "An object has apiVersion and kind");
  auto const& kind = text_at(object, "kind");
  auto const& version = text_at(object, "apiVersion");
  if (kind.empty()) return is_missing("kind", "has to be given", "Write e.g. \"kind: Deployment\"");
  for (auto const* const known : all_kinds()) {
    if (known->name != kind) continue;
    auto const fix = fmt::format("Write \"apiVersion: {}\"", api_version_of(*known));
    if (version.empty()) return is_missing("apiVersion", "has to be given", fix);
    return is_not_supported("apiVersion", version, fmt::format("{} is not kept in this version", kind), fix);
  }
  auto const* const foreign = std::ranges::find(foreign_kinds, kind, &foreign_kind::name);
  if (foreign != foreign_kinds.end()) {
    return is_not_supported("kind", kind,
                            fmt::format("{} is valid Kubernetes but not supported by the local cluster", kind),
                            std::string{foreign->instead});
  }
  return is_not_supported("kind", kind, fmt::format("no kind \"{}\" in \"{}\" is known", kind, version),
                          near_kind(kind));
}

}  // namespace holdfast::cluster
