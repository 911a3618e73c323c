#include "cluster/controllers/endpoints_controller.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "cluster/controllers/object_writes.hpp"

namespace holdfast::cluster {
namespace {

constexpr char const* service_name_label = "kubernetes.io/service-name";
constexpr char const* slice_manager_label = "endpointslice.kubernetes.io/managed-by";
constexpr char const* slice_manager = "endpointslice-controller.k8s.io";

std::string const& version_of(json const& object) { return text_at(object, "metadata", "resourceVersion"); }

bool is_slice_of(json const& slice, std::string const& service) {
  return text_at(slice, "metadata", "labels", service_name_label) == service &&
         text_at(slice, "metadata", "labels", slice_manager_label) == slice_manager;
}

json new_slice(cached_service const& service, endpoint_group const& group) {
  auto labels = json(service.labels);
  labels[service_name_label] = service.key.name;
  labels[slice_manager_label] = slice_manager;
  return {{"metadata",
           {{"generateName", service.key.name + "-"},
            {"namespace", service.key.name_space},
            {"labels", std::move(labels)},
            {"ownerReferences", json::array({controller_reference(kinds::service, *service.object)})}}},
          {"addressType", "IPv4"},
          {"endpoints", slice_endpoints(service.key.name_space, group.entries)},
          {"ports", slice_ports(group.ports)}};
}

struct endpoint_counts {
  int ready = 0;
  int not_ready = 0;
  int terminating = 0;
};

endpoint_counts counted(std::vector<endpoint_group> const& groups) {
  endpoint_counts counts;
  for (auto const& group : groups) {
    for (auto const& entry : group.entries) {
      auto const& conditions = entry.at.conditions;
      ++(conditions.ready ? counts.ready : conditions.terminating ? counts.terminating : counts.not_ready);
    }
  }
  return counts;
}

/// Names of ready pods that are in `groups` and not in `others`: the first few, and how many more.
std::string newly_ready(std::vector<endpoint_group> const& groups, std::vector<endpoint_group> const& others) {
  constexpr std::size_t shown = 5;
  auto const ready_pods = [](std::vector<endpoint_group> const& all) {
    std::vector<std::string_view> names;
    for (auto const& group : all) {
      for (auto const& entry : group.entries) {
        if (entry.at.conditions.ready) names.push_back(entry.at.pod);
      }
    }
    if (all.size() > 1) std::ranges::sort(names);  // each group is in order
    return names;
  };
  std::vector<std::string_view> names;
  std::ranges::set_difference(ready_pods(groups), ready_pods(others), std::back_inserter(names));
  std::string text;
  for (std::size_t i = 0; i < std::min(shown, names.size()); ++i) {
    text += fmt::format("{}{}", text.empty() ? "" : " ", names[i]);
  }
  if (names.size() > shown) text += fmt::format(" and {} more", names.size() - shown);
  return text.empty() ? "none" : text;
}

}  // namespace

void endpoints_controller::mark_services(cached_pod const& pod) {
  object_cache::for_each_in(pod.key.name_space, context_.cache.services(), [&](cached_service const& service) {
    if (service.has_selector() && matches(service.selector, pod.labels)) queue_.add(service.key);
  });
}

/// Somebody may have changed what this controller wrote.
void endpoints_controller::mark_owner(cached_change const& change) {
  auto const name = change.kind == &kinds::endpoints
                        ? change.key.name
                        : text_at(*change.object, "metadata", "labels", service_name_label);
  object_key key{change.key.name_space, name};
  if (context_.cache.service(key) && !is_own_write(key, change)) queue_.add(std::move(key));
}

bool endpoints_controller::is_own_write(object_key const& service, cached_change const& change) const {
  auto const found = memory_.find(service);
  if (found == memory_.end() || change.type == change_type::deleted) return false;
  auto const& memory = found->second;
  if (change.kind == &kinds::endpoints) return version_of(*change.object) == memory.endpoints_version;
  auto const slice = memory.slices.find(change.key.name);
  return slice != memory.slices.end() && version_of(*change.object) == slice->second.version;
}

void endpoints_controller::note(cached_change const& change) {
  if (change.kind == &kinds::service) queue_.add(change.key);
  if (change.kind == &kinds::endpoints || change.kind == &kinds::endpoint_slice) mark_owner(change);
  if (change.pod) mark_services(*change.pod);
  if (change.pod_before) mark_services(*change.pod_before);
}

void endpoints_controller::note_all() {
  mark_all(kinds::service);
  for (auto const& [key, memory] : memory_) queue_.add(key);
}

void endpoints_controller::sync(object_key const& key, time_point now) {
  auto const service = context_.cache.service(key);
  if (!service) {
    remove_all(key);
    queue_.forget(key);
    return;
  }
  if (!service->has_selector()) return;
  auto const pods = context_.cache.pods_matching(key.name_space, service->selector);
  auto groups = endpoint_groups(*service, pods);
  auto& memory = memory_[key];
  auto const plan = plan_slices(groups, present_slices(*service, memory));
  if (!write_endpoints(*service, groups, memory) || !write_slices(*service, plan, memory)) {
    queue_.retry(key, now);
    return;
  }
  queue_.succeeded(key);
  if (memory.groups == groups) return;
  tell(*service, memory.groups, groups, now);
  memory.groups = std::move(groups);
}

std::vector<present_slice> endpoints_controller::present_slices(cached_service const& service,
                                                                remembered_service& memory) const {
  std::map<std::string, remembered_slice> present;
  for (auto const& slice : context_.store.list(kinds::endpoint_slice, service.key.name_space)) {
    if (!is_slice_of(*slice, service.key.name)) continue;
    auto const& name = name_of(*slice);
    auto remembered = memory.slices.extract(name);
    bool const is_fresh = !remembered.empty() && remembered.mapped().version == version_of(*slice);
    auto& mine = present[name];
    mine = is_fresh ? std::move(remembered.mapped()) : remembered_slice{version_of(*slice), group_from(*slice)};
  }
  memory.slices = std::move(present);
  std::vector<present_slice> slices;
  for (auto const& [name, slice] : memory.slices) slices.push_back({name, &slice.group});
  return slices;
}

bool endpoints_controller::write_endpoints(cached_service const& service, std::vector<endpoint_group> const& groups,
                                           remembered_service& memory) {
  auto const before = context_.store.find(kinds::endpoints, service.key);
  bool const is_as_written = before && version_of(*before) == memory.endpoints_version && memory.groups == groups;
  if (is_as_written) return true;
  auto object = endpoints_object(service, groups);
  auto const written = before ? context_.store.update(kinds::endpoints, std::move(object))
                              : context_.store.create(kinds::endpoints, std::move(object));
  if (written) memory.endpoints_version = version_of(**written);
  return written.has_value();
}

bool endpoints_controller::write_slices(cached_service const& service, slice_plan const& plan,
                                        remembered_service& memory) {
  bool is_done = true;
  auto const took = [&](api_result<object_ptr> const& written, endpoint_group const& group) {
    is_done = is_done && written.has_value();
    if (written) memory.slices[name_of(**written)] = {version_of(**written), group};
  };
  for (auto const& each : plan.updates) {
    auto const before = context_.store.find(kinds::endpoint_slice, {service.key.name_space, each.name});
    if (!before) return false;
    auto object = *before;
    object["endpoints"] = slice_endpoints(service.key.name_space, each.group.entries);
    object["ports"] = slice_ports(each.group.ports);
    took(context_.store.update(kinds::endpoint_slice, std::move(object)), each.group);
  }
  for (auto const& group : plan.creations) {
    took(context_.store.create(kinds::endpoint_slice, new_slice(service, group)), group);
  }
  for (auto const& name : plan.removals) {
    memory.slices.erase(name);
    (void)context_.store.remove(kinds::endpoint_slice, {service.key.name_space, name});  // gone already is as good
  }
  return is_done;
}

void endpoints_controller::remove_all(object_key const& key) {
  if (memory_.erase(key) == 0) return;
  (void)context_.store.remove(kinds::endpoints, key);
  for (auto const& slice : context_.store.list(kinds::endpoint_slice, key.name_space)) {
    if (is_slice_of(*slice, key.name)) (void)context_.store.remove(kinds::endpoint_slice, key_of(*slice));
  }
}

void endpoints_controller::tell(cached_service const& service, std::vector<endpoint_group> const& before,
                                std::vector<endpoint_group> const& groups, time_point now) {
  auto const counts = counted(groups);
  explanation why{fmt::format("Endpoints: {} ready, {} not ready, {} terminating", counts.ready, counts.not_ready,
                              counts.terminating),
                  "ready = Ready and not terminating, or unready addresses are published"};
  why.inputs = {{"came", newly_ready(groups, before)}, {"went", newly_ready(before, groups)}};
  context_.events.record(kinds::service, *service.object, "endpoint-controller",
                         {event_type::normal, "EndpointsChanged", std::move(why)}, now);
}

}  // namespace holdfast::cluster
