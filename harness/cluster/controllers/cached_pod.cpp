#include "cluster/controllers/cached_pod.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "cluster/control/quantity.hpp"

namespace holdfast::cluster {
namespace {

constexpr std::array known_phases{pod_phase::pending, pod_phase::running, pod_phase::succeeded, pod_phase::failed};

/// A pod that nobody has told about yet is Pending.
pod_phase phase_from(std::string_view text) {
  if (text.empty()) return pod_phase::pending;
  auto const* const found = std::ranges::find(known_phases, text, [](pod_phase phase) { return text_of(phase); });
  return found == known_phases.end() ? pod_phase::unknown : *found;
}

std::optional<ready_condition> ready_from(json const& conditions, cluster_clock const& clock) {
  if (!conditions.is_array()) return std::nullopt;
  for (auto const& each : conditions) {
    if (text_at(each, "type") != "Ready") continue;
    auto const at = clock.platform_of_stamp(text_at(each, "lastTransitionTime"));
    return ready_condition{text_at(each, "status") == "True", at.value_or(time_point{})};
  }
  return std::nullopt;
}

/// Kubernetes: an annotation that is no number counts as none.
std::int32_t deletion_cost_from(json const& object) {
  auto const& text = text_at(object, "metadata", "annotations", "controller.kubernetes.io/pod-deletion-cost");
  std::int32_t cost = 0;
  auto const* const end = text.data() + text.size();
  auto const read = std::from_chars(text.data(), end, cost);
  return read.ec == std::errc{} && read.ptr == end ? cost : 0;
}

std::int64_t restarts_from(json const& object) {
  std::int64_t restarts = 0;
  auto const& statuses = member(object, "status", "containerStatuses");
  if (!statuses.is_array()) return 0;
  for (auto const& each : statuses) restarts += integer_at(each, 0, "restartCount");
  return restarts;
}

owned_pod owned_pod_from(json const& object, cluster_clock const& clock) {
  return {.name = name_of(object),
          .node = text_at(object, "spec", "nodeName"),
          .phase = phase_from(text_at(object, "status", "phase")),
          .is_terminating = is_terminating(object),
          .ready = ready_from(member(object, "status", "conditions"), clock),
          .deletion_cost = deletion_cost_from(object),
          .restarts = restarts_from(object),
          .created = clock.platform_of_stamp(text_at(object, "metadata", "creationTimestamp")).value_or(time_point{})};
}

container_requests requests_from(json const& container) {
  container_requests asked{.name = text_at(container, "name")};
  auto const& requests = member(container, "resources", "requests");
  if (!requests.is_object()) return asked;
  for (auto const& [resource, amount] : requests.items()) {
    auto const* const text = amount.get_ptr<std::string const*>();
    if (text == nullptr) continue;
    if (auto const parsed = parse_quantity(*text)) asked.milli.emplace(resource, parsed->milli());
  }
  return asked;
}

void add_named_ports(json const& container, std::vector<container_port>& ports) {
  auto const& listed = member(container, "ports");
  if (!listed.is_array()) return;
  for (auto const& each : listed) {
    auto const& name = text_at(each, "name");
    if (!name.empty()) ports.push_back({name, static_cast<std::int32_t>(integer_at(each, 0, "containerPort"))});
  }
}

}  // namespace

pod_ptr cached_pod_of(object_ptr object, cluster_clock const& clock) {
  auto pod = std::make_shared<cached_pod>();
  auto const& json_pod = *object;
  pod->key = key_of(json_pod);
  pod->uid = uid_of(json_pod);
  pod->controller_uid = controller_uid_of(json_pod);
  pod->labels = labels_of(json_pod);
  pod->owned = owned_pod_from(json_pod, clock);
  pod->start_time = clock.platform_of_stamp(text_at(json_pod, "status", "startTime"));
  pod->address = text_at(json_pod, "status", "podIP");
  auto const& containers = member(json_pod, "spec", "containers");
  if (containers.is_array()) {
    for (auto const& container : containers) {
      pod->requests.push_back(requests_from(container));
      add_named_ports(container, pod->named_ports);
    }
  }
  pod->object = std::move(object);
  return pod;
}

scaled_pod scaled_pod_of(cached_pod const& pod) {
  return {.name = pod.owned.name,
          .phase = pod.owned.phase,
          .is_terminating = pod.owned.is_terminating,
          .start_time = pod.start_time,
          .ready = pod.owned.ready,
          .containers = pod.requests};
}

}  // namespace holdfast::cluster
