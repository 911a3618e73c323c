#include "cluster/agent/pod_volumes.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "cluster/agent/volume_files.hpp"

namespace holdfast::cluster {
namespace {

constexpr auto folder_rule = "every volume is a folder of this machine";

using folder_result = result<std::filesystem::path, start_obstacle>;

std::string const& claim_of(json const& volume) { return text_at(volume, "persistentVolumeClaim", "claimName"); }

/// Made when it is not there.
folder_result folder_of(json const& pod, json const& volume, volume_folders const& folders) {
  auto const& name = text_at(volume, "name");
  auto const& claim = claim_of(volume);
  auto folder = claim.empty() ? folders.of_pod(uid_of(pod), name) : folders.of_claim(namespace_of(pod), claim);
  if (folder) return std::move(*folder);
  return set_up_failed(name, folder.error().message(), folder_rule);
}

/// In the kubelet's words; empty when the claim can be mounted.
std::string trouble_with_claim(object_key const& key, object_store const& store) {
  auto const claim = store.find(kinds::persistent_volume_claim, key);
  if (!claim) {
    return fmt::format("failed to fetch PVC from API server: persistentvolumeclaims \"{}\" not found", key.name);
  }
  if (is_terminating(*claim)) return "PVC is being deleted";
  return text_at(*claim, "status", "phase") == "Bound" ? "" : "PVC is not bound";
}

std::optional<start_obstacle> obstacle_of_claim(json const& pod, json const& volume, object_store const& store) {
  auto const& claim = claim_of(volume);
  if (claim.empty()) return std::nullopt;
  object_key const key{namespace_of(pod), claim};
  auto const trouble = trouble_with_claim(key, store);
  if (trouble.empty()) return std::nullopt;
  auto statement = fmt::format(
      "Unable to attach or mount volumes: unmounted volumes=[{0}], unattached volumes=[], "
      "failed to process volumes=[{0}]: error processing PVC {1}/{2}: {3}",
      text_at(volume, "name"), key.name_space, key.name, trouble);
  return start_obstacle{
      .waiting_reason = "ContainerCreating",
      .event_reason = "FailedMount",
      .why = {.statement = std::move(statement), .rule = "a claim has to be there and bound before it is mounted"}};
}

bool is_true_at(json const& value, char const* field) { return member(value, field) == json(true); }

/// Kubernetes shows what it fills itself for reading only.
mount_access access_of(json const& volume, json const& mount) {
  bool const is_read_only = is_filled(volume) || is_true_at(mount, "readOnly") ||
                            is_true_at(member(volume, "persistentVolumeClaim"), "readOnly");
  return is_read_only ? mount_access::read_only : mount_access::read_write;
}

start_obstacle cannot_be_mounted(std::string const& problem) {
  return {.waiting_reason = "CreateContainerConfigError",
          .event_reason = "Failed",
          .why = {.statement = "Error: " + problem, .rule = "a container sees the pod's volumes and nothing else"}};
}

}  // namespace

pod_volumes::pod_volumes(object_ptr pod, std::string address, object_store const& store, volume_folders const& folders)
    : pod_{std::move(pod)}, address_{std::move(address)}, store_{store}, folders_{folders} {}

result<void, start_obstacle> pod_volumes::prepare() const {
  result<void, start_obstacle> outcome;
  // Also after one that failed: the volumes of a pod that runs follow their sources, whatever becomes of the others.
  for (auto const& volume : member(*pod_, "spec", "volumes")) {
    auto made = prepare(volume);
    if (!made && outcome) outcome = std::move(made);
  }
  return outcome;
}

result<void, start_obstacle> pod_volumes::prepare(json const& volume) const {
  if (auto obstacle = obstacle_of_claim(*pod_, volume, store_)) return std::move(*obstacle);
  if (!is_filled(volume)) {
    auto const folder = folder_of(*pod_, volume, folders_);
    if (!folder) return folder.error();
    return boost::system::in_place_value;
  }
  auto const files = files_of(*pod_, volume, address_, store_);
  if (!files) return files.error();
  auto const folder = folder_of(*pod_, volume, folders_);
  if (!folder) return folder.error();
  auto const written = write_payload(*folder, *files);
  if (!written) return set_up_failed(text_at(volume, "name"), written.error(), folder_rule);
  return boost::system::in_place_value;
}

bool pod_volumes::uses(resource_kind const& kind, std::string_view name) const {
  auto const& volumes = member(*pod_, "spec", "volumes");
  return std::any_of(volumes.begin(), volumes.end(), [&](json const& volume) {
    auto const sources = file_sources_of(volume);
    return std::any_of(sources.begin(), sources.end(), [&](file_source const& source) {
      return source.name == name && &kind == (source.kind == source_kind::secret ? &kinds::secret : &kinds::config_map);
    });
  });
}

result<std::vector<volume_mount>, start_obstacle> pod_volumes::mounts_of(json const& container) const {
  std::vector<volume_mount> mounts;
  for (auto const& mount : member(container, "volumeMounts")) {
    auto made = mounted(mount, text_at(container, "name"));
    if (!made) return made.error();
    mounts.push_back(std::move(*made));
  }
  return mounts;
}

result<volume_mount, start_obstacle> pod_volumes::mounted(json const& mount, std::string const& container) const {
  auto const& name = text_at(mount, "name");
  auto const& volumes = member(*pod_, "spec", "volumes");
  auto const volume =
      std::find_if(volumes.begin(), volumes.end(), [&](json const& each) { return text_at(each, "name") == name; });
  if (volume == volumes.end()) {
    return cannot_be_mounted(fmt::format("cannot find volume \"{}\" to mount into container \"{}\"", name, container));
  }
  auto const folder = folder_of(*pod_, *volume, folders_);
  if (!folder) return folder.error();
  auto source = with_sub_path(*folder, text_at(mount, "subPath"));
  if (!source) {
    return cannot_be_mounted(fmt::format("failed to prepare subPath for volumeMount \"{}\" of container \"{}\": {}",
                                         name, container, source.error().message()));
  }
  return volume_mount{.volume = name,
                      .source = std::move(*source),
                      .mount_path = text_at(mount, "mountPath"),
                      .access = access_of(*volume, mount)};
}

}  // namespace holdfast::cluster
