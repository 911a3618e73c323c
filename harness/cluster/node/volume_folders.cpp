#include "cluster/node/volume_folders.hpp"

#include <algorithm>
#include <initializer_list>

#include <fmt/format.h>
#include <sys/stat.h>

namespace holdfast::cluster {

namespace fs = std::filesystem;

namespace {

using path_result = result<fs::path, volume_error>;

bool is_plain_name(std::string_view name) {
  return !name.empty() && name != "." && name != ".." && name.find('/') == std::string_view::npos &&
         name.find('\0') == std::string_view::npos;
}

path_result joined(fs::path base, std::initializer_list<std::string_view> names) {
  for (auto const name : names) {
    if (!is_plain_name(name)) return volume_error::saying(fmt::format("\"{}\" cannot be the name of a folder", name));
    base /= name;
  }
  return base;
}

path_result made(path_result const& path) {
  if (!path) return path;
  std::error_code problem;
  fs::create_directories(*path, problem);
  if (problem) return volume_error::saying(fmt::format("{}: {}", path->string(), problem.message()));
  ::chmod(path->c_str(), 0777);  // as an emptyDir: whoever may reach it may write
  return path;
}

result<void, volume_error> removed(path_result const& path) {
  if (!path) return path.error();
  std::error_code problem;
  fs::remove_all(*path, problem);
  if (problem) return volume_error::saying(fmt::format("{}: {}", path->string(), problem.message()));
  return result<void, volume_error>{};
}

}  // namespace

path_result volume_folders::of_pod(std::string_view pod_uid, std::string_view volume) const {
  return made(joined(pods_, {pod_uid, "volumes", volume}));
}

path_result volume_folders::staging(std::string_view pod_uid, std::string_view container) const {
  return made(joined(pods_, {pod_uid, "mounts", container}));
}

path_result volume_folders::of_claim(std::string_view in_namespace, std::string_view claim) const {
  return made(joined(claims_, {in_namespace, claim}));
}

result<void, volume_error> volume_folders::remove_pod(std::string_view pod_uid) const {
  return removed(joined(pods_, {pod_uid}));
}

result<void, volume_error> volume_folders::remove_claim(std::string_view in_namespace, std::string_view claim) const {
  return removed(joined(claims_, {in_namespace, claim}));
}

path_result with_sub_path(fs::path const& volume, std::string const& sub_path) {
  if (sub_path.empty()) return volume;
  fs::path const inside{sub_path};
  bool const leads_out = inside.is_absolute() || std::find(inside.begin(), inside.end(), "..") != inside.end();
  if (leads_out)
    return volume_error::saying(fmt::format("subPath \"{}\": must be relative and must not contain '..'", sub_path));
  auto const path = volume / inside;
  std::error_code problem;
  if (!fs::exists(path, problem)) return made(path_result{path});
  // A program may have put a link there.
  auto const real = fs::canonical(path, problem);
  auto const root = fs::canonical(volume, problem);
  auto const [end, rest] = std::mismatch(root.begin(), root.end(), real.begin(), real.end());
  if (problem || end != root.end())
    return volume_error::saying(fmt::format("subPath \"{}\" leads out of the volume", sub_path));
  return real;
}

}  // namespace holdfast::cluster
