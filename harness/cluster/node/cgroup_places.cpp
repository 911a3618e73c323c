#include "cluster/node/cgroup_places.hpp"

#include <algorithm>
#include <vector>

namespace holdfast::cluster {
namespace {

std::vector<std::string_view> parts_of(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    auto const end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

struct cgroup_mount {
  std::string_view root;  ///< which part of the tree is mounted: "/" or, in a container, our own
  std::string_view point;
  std::vector<std::string_view> controllers;
  bool is_unified = false;
};

/// "31 23 0:26 / /sys/fs/cgroup/cpu rw,nosuid shared:9 - cgroup cgroup rw,cpu,cpuacct"
std::optional<cgroup_mount> parse_mount(std::string_view line) {
  auto const words = parts_of(line, ' ');
  auto const dash = std::find(words.begin(), words.end(), "-");
  if (words.size() < 10 || words.end() - dash < 4) return std::nullopt;
  if (dash[1] != "cgroup" && dash[1] != "cgroup2") return std::nullopt;
  return cgroup_mount{
      .root = words[3], .point = words[4], .controllers = parts_of(dash[3], ','), .is_unified = dash[1] == "cgroup2"};
}

/// Our folder: the path of our group, as far as it lies in what is mounted.
std::filesystem::path folder_in(cgroup_mount const& mount, std::string_view path) {
  if (mount.root != "/" && path.starts_with(mount.root)) path.remove_prefix(mount.root.size());
  while (path.starts_with('/')) path.remove_prefix(1);
  return path.empty() ? std::filesystem::path{mount.point} : std::filesystem::path{mount.point} / path;
}

}  // namespace

cgroup_places find_cgroups(std::string_view mounts, std::string_view own) {
  std::map<std::string_view, std::string_view> path_of;  // "" is version 2
  for (auto const line : parts_of(own, '\n')) {
    auto const fields = parts_of(line, ':');
    if (fields.size() < 3) continue;
    auto const path = line.substr(fields[0].size() + fields[1].size() + 2);
    for (auto const controller : parts_of(fields[1], ',')) path_of[controller] = path;
  }
  cgroup_places places;
  for (auto const line : parts_of(mounts, '\n')) {
    auto const mount = parse_mount(line);
    if (!mount) continue;
    if (mount->is_unified) {
      auto const path = path_of.find("");
      if (path == path_of.end()) continue;
      places.unified = folder_in(*mount, path->second);
      places.unified_root = std::filesystem::path{mount->point};
      continue;
    }
    for (auto const controller : mount->controllers) {
      auto const path = path_of.find(controller);
      if (path != path_of.end()) places.controllers.emplace(controller, folder_in(*mount, path->second));
    }
  }
  return places;
}

}  // namespace holdfast::cluster
