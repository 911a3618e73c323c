#include "cluster/agent/container_setup.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "cluster/agent/container_sources.hpp"
#include "cluster/node/mount_plan.hpp"

namespace holdfast::cluster {
namespace {

/// What a container without a PATH of its own gets from its runtime.
constexpr char const* usual_path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// The words of the command line: the program first.
std::vector<std::string> words_of(container_spec const& spec, image_program const* image, string_map const& variables) {
  auto words = expanded_words(spec.command, variables);
  if (words.empty() && image != nullptr) {
    words.push_back(image->program);
    std::ranges::copy(image->arguments, std::back_inserter(words));
  }
  std::ranges::move(expanded_words(spec.arguments, variables), std::back_inserter(words));
  return words;
}

/// Services have names, as in a cluster with DNS; a volume that somebody mounts there goes before.
void add_hosts(pod_context const& pod, std::vector<volume_mount>& mounts) {
  constexpr char const* path = "/etc/hosts";
  if (pod.hosts.empty() || std::ranges::find(mounts, path, &volume_mount::mount_path) != mounts.end()) return;
  mounts.push_back({.volume = "hosts", .source = pod.hosts, .mount_path = path});
}

void add_volumes(pod_context& pod, container_spec const& spec, std::vector<volume_mount> mounts,
                 prepared_container& made) {
  for (auto& variable : volume_variables(mounts)) made.child.environment.push_back(std::move(variable));
  add_hosts(pod, mounts);
  if (mounts.empty()) return;
  if (pod.parts.isolation) {
    auto const staging = pod.parts.volumes.staging(pod.spec.uid, spec.name);
    if (staging) {
      made.child.mounts = plan_mounts(mounts, *staging, files_of_this_machine());
      made.child.isolation = *pod.parts.isolation;
      return;
    }
    made.warnings.push_back({"VolumesNotMounted", staging.error().message()});
  }
  auto linked = link_volumes(mounts, pod.parts.on_link);
  for (auto const& link : linked.made) pod.links.made(link, pod.spec.uid);
  for (auto const& link : linked.found) pod.links.found(link, pod.spec.uid);
  for (auto& warning : linked.warnings) made.warnings.push_back({"VolumesNotMounted", std::move(warning)});
}

}  // namespace

std::optional<waiting_state> image_problem(container_spec const& spec, image_map const& images) {
  auto const image = parse_image(spec.image);
  if (!image) {
    return waiting_state{"InvalidImageName", fmt::format("Failed to apply default image tag \"{}\": couldn't parse "
                                                         "image name: invalid reference format",
                                                         spec.image)};
  }
  if (!spec.command.empty() || images.find(image->name) != nullptr) return std::nullopt;
  return waiting_state{"ErrImagePull", images.why_not_found(spec.image)};
}

result<prepared_container, start_obstacle> container_setup(pod_context& pod, container_spec const& spec,
                                                           json const& container) {
  auto environment = environment_of(*pod.object, container, pod.address, pod.parts.store);
  if (!environment) return environment.error();
  auto const mounts = pod.volumes->mounts_of(container);
  if (!mounts) return mounts.error();
  auto& variables = environment->variables;
  auto const image = parse_image(spec.image);
  if (image) variables.try_emplace(std::string{image_tag_variable}, image->tag);
  variables.try_emplace("PATH", usual_path);

  prepared_container made;
  auto words = words_of(spec, image ? pod.parts.images.find(image->name) : nullptr, variables);
  made.child.program = std::move(words.front());  // has_image(): there is a command or a program
  words.erase(words.begin());
  made.child.arguments = std::move(words);
  for (auto const& [name, value] : variables) made.child.environment.push_back(fmt::format("{}={}", name, value));
  if (!spec.working_directory.empty()) made.child.working_directory = spec.working_directory;
  for (auto const& skipped : environment->skipped) {
    made.warnings.push_back({"InvalidEnvironmentVariableNames", skipped});
  }
  add_volumes(pod, spec, *mounts, made);
  return made;
}

}  // namespace holdfast::cluster
