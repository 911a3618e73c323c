#include "cluster/node/mount_plan.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

namespace holdfast::cluster {

namespace fs = std::filesystem;

namespace {

/// The steps that make one container's view.
class mount_planner {
 public:
  mount_planner(fs::path const& staging, file_view const& files) : staging_{staging}, files_{files} {}

  std::vector<mount_step> plan(std::span<volume_mount const> mounts) {
    if (mounts.empty()) return {};
    add(mount_action::keep_apart, {}, {});
    show_sources(mounts);
    for (auto const& mount : mounts) {
      if (auto const above = nearest_folder(mount.mount_path); above != mount.mount_path) replaced_.insert(above);
    }
    // Of two folders one above the other, the upper one is replaced first; what it shows is replaced in turn.
    for (auto const& folder : replaced_) replace(folder);
    for (std::size_t i = 0; i < mounts.size(); ++i) attach(mounts[i], source(i));
    if (has_new_root()) add(mount_action::change_root, {}, new_root());
    return std::move(steps_);
  }

 private:
  void add(mount_action action, fs::path const& from, fs::path const& to) {
    steps_.push_back({.action = action, .from = from.string(), .to = to.string()});
  }

  bool has_new_root() const { return replaced_.contains("/"); }
  fs::path new_root() const { return staging_ / "root"; }
  fs::path source(std::size_t i) const { return staging_ / fmt::format("volume-{}", i); }
  /// Where a path of the container lies while the steps run.
  fs::path placed(fs::path const& path) const { return has_new_root() ? new_root() / path.relative_path() : path; }

  /// The sources may lie below what is replaced: they are held fast first, in a folder of the staging's own.
  void show_sources(std::span<volume_mount const> mounts) {
    add(mount_action::empty_folder, {}, staging_);
    for (std::size_t i = 0; i < mounts.size(); ++i) {
      auto const is_folder = files_.kind_of(mounts[i].source) == file_view::kind::folder;
      held_.push_back(is_folder ? file_view::kind::folder : file_view::kind::file);
    }
    // The staging folder hides what lies in it: sources are opened from outside of it by their real path, so they must
    // not lie in it.
    for (std::size_t i = 0; i < mounts.size(); ++i) {
      add(held_[i] == file_view::kind::folder ? mount_action::make_folder : mount_action::make_file, {}, source(i));
      add(mount_action::show, mounts[i].source, source(i));
    }
  }

  fs::path nearest_folder(fs::path path) const {
    while (path.has_relative_path() && files_.kind_of(path) == file_view::kind::nothing) path = path.parent_path();
    return path;
  }

  void replace(fs::path const& folder) {
    auto const original = staging_ / fmt::format("original-{}", next_original_++);
    bool const is_root = folder == "/";
    auto const to = is_root ? new_root() : placed(folder);
    add(mount_action::make_folder, {}, is_root ? to : original);
    if (!is_root) add(mount_action::show, folder, original);
    add(mount_action::empty_folder, {}, to);
    for (auto const& name : files_.names_in(folder)) {
      auto const from = (is_root ? fs::path{"/"} : original) / name;
      switch (files_.kind_of(folder / name)) {
        case file_view::kind::folder:
          add(mount_action::make_folder, {}, to / name);
          add(mount_action::show, from, to / name);
          break;
        case file_view::kind::link:
          add(mount_action::make_link, files_.link_target(folder / name), to / name);
          break;
        case file_view::kind::file:
          add(mount_action::make_file, {}, to / name);
          add(mount_action::show, from, to / name);
          break;
        case file_view::kind::nothing:
          break;
      }
    }
  }

  void attach(volume_mount const& mount, fs::path const& from) {
    auto const to = placed(mount.mount_path);
    auto const above = nearest_folder(mount.mount_path);
    if (above != mount.mount_path) {
      auto path = placed(above);
      auto const missing = mount.mount_path.lexically_relative(above);
      for (auto part = missing.begin(); part != missing.end(); ++part) {
        path /= *part;
        bool const is_last = std::next(part) == missing.end();
        bool const is_file = is_last && files_.kind_of(mount.source) != file_view::kind::folder;
        add(is_file ? mount_action::make_file : mount_action::make_folder, {}, path);
      }
    }
    add(mount_action::show, from, to);
    if (mount.access == mount_access::read_only) add(mount_action::protect, {}, to);
  }

  fs::path staging_;
  file_view const& files_;
  std::set<fs::path> replaced_;
  std::vector<file_view::kind> held_;
  std::vector<mount_step> steps_;
  std::size_t next_original_ = 0;
};

std::string volume_variable(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return std::isalnum(c) != 0 ? static_cast<char>(std::toupper(c)) : '_'; });
  return "HOLDFAST_VOLUME_" + name;
}

}  // namespace

file_view files_of_this_machine() {
  return {.kind_of =
              [](fs::path const& path) {
                std::error_code problem;
                auto const status = fs::symlink_status(path, problem);
                if (fs::is_symlink(status)) return file_view::kind::link;
                if (fs::is_directory(status)) return file_view::kind::folder;
                return fs::exists(status) ? file_view::kind::file : file_view::kind::nothing;
              },
          .names_in =
              [](fs::path const& folder) {
                std::vector<std::string> names;
                std::error_code problem;
                for (fs::directory_iterator entry{folder, problem}, end; !problem && entry != end;
                     entry.increment(problem)) {
                  names.push_back(entry->path().filename().string());
                }
                std::sort(names.begin(), names.end());
                return names;
              },
          .link_target =
              [](fs::path const& link) {
                std::error_code problem;
                return fs::read_symlink(link, problem).string();
              }};
}

std::vector<mount_step> plan_mounts(std::span<volume_mount const> mounts, fs::path const& staging,
                                    file_view const& files) {
  std::vector<volume_mount> sorted;
  for (auto mount : mounts) {
    // A mountPath through a link ("/var/run" is "/run") is where the link leads.
    std::error_code problem;
    auto path = mount.mount_path.lexically_normal();
    if (!path.has_filename()) path = path.parent_path();
    auto const real =
        files.kind_of(path.parent_path()) == file_view::kind::nothing ? path : fs::weakly_canonical(path, problem);
    mount.mount_path = problem || real.empty() ? path : real;
    sorted.push_back(std::move(mount));
  }
  // One inside another is mounted after it.
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](volume_mount const& a, volume_mount const& b) { return a.mount_path < b.mount_path; });
  return mount_planner{staging, files}.plan(sorted);
}

std::optional<namespaces> permitted_namespaces(fs::path const& staging) {
  std::error_code problem;
  fs::create_directories(staging, problem);
  for (auto const kind : {namespaces::own_mounts, namespaces::own_mounts_and_user}) {
    child_setup const probe{.program = "/bin/true",
                            .mounts = {{.action = mount_action::keep_apart},
                                       {.action = mount_action::empty_folder, .to = staging.string()},
                                       {.action = mount_action::show, .from = "/", .to = staging.string()}},
                            .isolation = kind};
    auto const child = start_child(probe);
    if (!child) continue;
    ::waitpid(child->pid, nullptr, 0);
    return kind;
  }
  return std::nullopt;
}

linked_volumes link_volumes(std::span<volume_mount const> mounts, std::function<void(fs::path const&)> const& before) {
  linked_volumes linked;
  for (auto const& mount : mounts) {
    std::error_code problem;
    if (fs::is_symlink(mount.mount_path, problem) && fs::read_symlink(mount.mount_path, problem) == mount.source) {
      linked.found.push_back(mount.mount_path);
      continue;
    }
    if (!fs::exists(fs::symlink_status(mount.mount_path, problem))) {
      before(mount.mount_path);
      problem.clear();
      fs::create_symlink(mount.source, mount.mount_path, problem);
      if (!problem) {
        linked.made.push_back(mount.mount_path);
        continue;
      }
    } else {
      problem = std::make_error_code(std::errc::file_exists);
    }
    linked.warnings.push_back(
        fmt::format("volume \"{}\" cannot be shown at {} ({}): mount namespaces are not permitted here. The program "
                    "finds it at {}, "
                    "which {} names",
                    mount.volume, mount.mount_path.string(), problem.message(), mount.source.string(),
                    volume_variable(mount.volume)));
  }
  return linked;
}

std::vector<std::string> volume_variables(std::span<volume_mount const> mounts) {
  std::map<std::string, std::string> by_name;
  for (auto const& mount : mounts) by_name.emplace(volume_variable(mount.volume), mount.source.string());
  std::vector<std::string> variables;
  for (auto const& [name, value] : by_name) variables.push_back(name + '=' + value);
  return variables;
}

}  // namespace holdfast::cluster
