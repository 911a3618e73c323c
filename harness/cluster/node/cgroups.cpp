#include "cluster/node/cgroups.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <set>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cluster/node/file_descriptor.hpp"

namespace holdfast::cluster {

namespace fs = std::filesystem;

namespace {

/// Empty when it worked.
std::string write_setting(fs::path const& file, std::string const& value) {
  file_descriptor const fd{::open(file.c_str(), O_WRONLY | O_CLOEXEC)};
  if (fd && ::write(fd.get(), value.data(), value.size()) == static_cast<ssize_t>(value.size())) return {};
  return fmt::format("{} = {}: {}", file.string(), value, std::strerror(errno));
}

std::string make_group(fs::path const& folder) {
  if (::mkdir(folder.c_str(), 0755) == 0 || errno == EEXIST) return {};
  return fmt::format("control group {}: {}", folder.string(), std::strerror(errno));
}

std::optional<std::uint64_t> number_in_file(fs::path const& file) {
  std::ifstream in{file};
  std::uint64_t value = 0;
  if (in >> value) return value;
  return std::nullopt;
}

/// The value beside a name in a file of "name value" lines.
std::optional<std::uint64_t> named_number(fs::path const& file, std::string_view name) {
  std::ifstream in{file};
  std::string word;
  for (std::uint64_t value = 0; in >> word >> value;) {
    if (word == name) return value;
  }
  return std::nullopt;
}

std::set<std::string> words_in(fs::path const& file) {
  std::ifstream in{file};
  std::set<std::string> words;
  for (std::string word; in >> word;) words.insert(word);
  return words;
}

std::set<pid_t> processes_in(fs::path const& group) {
  std::ifstream in{group / "cgroup.procs"};
  std::set<pid_t> all;
  for (pid_t pid = 0; in >> pid;) all.insert(pid);
  return all;
}

void note(std::vector<std::string>& problems, std::string problem) {
  if (!problem.empty()) problems.push_back(std::move(problem));
}

std::optional<std::uint64_t> working_set(fs::path const& folder, char const* used_file, std::string_view inactive) {
  auto const used = number_in_file(folder / used_file);
  if (!used) return std::nullopt;
  auto const droppable = named_number(folder / "memory.stat", inactive).value_or(0);
  return *used > droppable ? *used - droppable : 0;
}

}  // namespace

std::uint64_t cpu_shares(std::int64_t request_milli) {
  return static_cast<std::uint64_t>(std::clamp<std::int64_t>(request_milli * 1024 / 1000, 2, 262'144));
}

std::uint64_t cpu_weight(std::int64_t request_milli) { return 1 + (cpu_shares(request_milli) - 2) * 9999 / 262'142; }

std::uint64_t cpu_quota(std::int64_t limit_milli) {
  return std::max<std::uint64_t>(static_cast<std::uint64_t>(limit_milli) * cpu_period / 1000, 1000);
}

cgroup_tree::cgroup_tree(cgroup_places const& places, std::string const& run,
                         std::function<void(fs::path const&)> const& before, std::vector<pid_t> const& ours) {
  explain("this machine has no control groups");
  auto const second = open_second(places, run, before, ours);
  if (!second.empty()) explain(second);
  open_first(places, run, before);
  for (auto const& one : hierarchies_) {
    if (one.cpu) why_not_[cgroup_ability::cpu_requests] = why_not_[cgroup_ability::cpu_limits] = "";
    if (one.memory) why_not_[cgroup_ability::memory_limits] = why_not_[cgroup_ability::memory_samples] = "";
    if (one.accounting) why_not_[cgroup_ability::cpu_samples] = "";
  }
}

void cgroup_tree::explain(std::string const& reason) {
  for (auto const ability : {cgroup_ability::cpu_requests, cgroup_ability::cpu_limits, cgroup_ability::memory_limits,
                             cgroup_ability::cpu_samples, cgroup_ability::memory_samples}) {
    why_not_[ability] = reason;
  }
}

std::string const& cgroup_tree::why_not(cgroup_ability what) const { return why_not_.at(what); }

void cgroup_tree::open_first(cgroup_places const& places, std::string const& run,
                             std::function<void(fs::path const&)> const& before) {
  std::map<fs::path, hierarchy> by_folder;
  for (auto const& [controller, place] : places.controllers) {
    if (controller != "cpu" && controller != "cpuacct" && controller != "memory" && controller != "pids") continue;
    auto& wanted = by_folder[place / ("holdfast-" + run)];
    if (controller == "cpu") wanted.cpu = true;
    if (controller == "cpuacct") wanted.accounting = true;
    if (controller == "memory") wanted.memory = true;
  }
  for (auto& [folder, wanted] : by_folder) {
    before(folder);
    auto const problem = make_group(folder);
    if (problem.empty()) {
      wanted.folder = folder;
      hierarchies_.push_back(wanted);
      continue;
    }
    if (wanted.cpu) why_not_[cgroup_ability::cpu_requests] = why_not_[cgroup_ability::cpu_limits] = problem;
    if (wanted.memory) why_not_[cgroup_ability::memory_limits] = why_not_[cgroup_ability::memory_samples] = problem;
    if (wanted.accounting) why_not_[cgroup_ability::cpu_samples] = problem;
  }
}

/// A group of version 2 that hands controllers down may hold no processes itself (but for the root of all), so ours may
/// have to move to one beside the run's. Only ours: whose processes else are there is not for us to move.
std::string cgroup_tree::open_second(cgroup_places const& places, std::string const& run,
                                     std::function<void(fs::path const&)> const& before,
                                     std::vector<pid_t> const& ours) {
  if (!places.unified) return {};
  auto place = *places.unified;
  auto wanted = words_in(place / "cgroup.controllers");
  std::erase_if(wanted, [](auto const& name) { return name != "cpu" && name != "memory" && name != "pids"; });
  if (!wanted.contains("cpu") && !wanted.contains("memory")) {
    return places.controllers.empty() ? fmt::format(
                                            "{} has no controllers for us: start Holdfast by \"systemd-run --user "
                                            "--scope -p Delegate=yes\"",
                                            place.string())
                                      : std::string{};
  }
  std::string enable;
  for (auto const& name : wanted) enable += (enable.empty() ? "+" : " +") + name;
  auto problem = write_setting(place / "cgroup.subtree_control", enable);
  auto const strangers = [&] {
    auto in_it = processes_in(place);
    for (auto const pid : ours) in_it.erase(pid);
    return in_it.size();
  };
  if (!problem.empty() && ::geteuid() == 0 &&
      write_setting(places.unified_root / "cgroup.subtree_control", enable).empty()) {
    place = places.unified_root;
    problem.clear();
  } else if (!problem.empty() && !ours.empty() && strangers() == 0) {
    // Not noted for removal: we live in it to the end. It goes with the scope that it is part of.
    auto const beside = place / ("holdfast-" + run + "-harness");
    problem = make_group(beside);
    for (auto const pid : ours) {
      if (problem.empty()) problem = write_setting(beside / "cgroup.procs", std::to_string(pid));
    }
    if (problem.empty()) problem = write_setting(place / "cgroup.subtree_control", enable);
  }
  auto const folder = place / ("holdfast-" + run);
  if (problem.empty()) {
    before(folder);
    problem = make_group(folder);
  }
  if (problem.empty()) problem = write_setting(folder / "cgroup.subtree_control", enable);
  if (!problem.empty()) {
    ::rmdir(folder.c_str());
    return problem + ". Start Holdfast by \"systemd-run --user --scope -p Delegate=yes\" to have a group of its own";
  }
  hierarchies_.push_back({.folder = folder,
                          .kind = version::two,
                          .cpu = wanted.contains("cpu"),
                          .accounting = true,
                          .memory = wanted.contains("memory")});
  return {};
}

cgroup_tree::~cgroup_tree() {
  for (auto const& one : hierarchies_) ::rmdir(one.folder.c_str());
}

container_cgroup cgroup_tree::make(std::string const& name, cgroup_limits const& limits) {
  container_cgroup made;
  for (auto const& one : hierarchies_) {
    auto const folder = one.folder / name;
    if (auto problem = make_group(folder); !problem.empty()) {
      made.problems.push_back(std::move(problem));
      continue;
    }
    made.folders.push_back(folder);
    made.process_files.push_back((folder / "cgroup.procs").string());
    if (one.cpu) set_cpu(one, folder, limits, made.problems);
    if (one.memory) set_memory(one, folder, limits, made.problems);
  }
  return made;
}

void cgroup_tree::set_cpu(hierarchy const& in, fs::path const& folder, cgroup_limits const& limits,
                          std::vector<std::string>& problems) {
  bool const first = in.kind == version::one;
  if (limits.cpu_request) {
    note(problems, first ? write_setting(folder / "cpu.shares", std::to_string(cpu_shares(*limits.cpu_request)))
                         : write_setting(folder / "cpu.weight", std::to_string(cpu_weight(*limits.cpu_request))));
  }
  if (!limits.cpu_limit) return;
  auto const quota = std::to_string(cpu_quota(*limits.cpu_limit));
  auto const period = std::to_string(cpu_period);
  if (!first) return note(problems, write_setting(folder / "cpu.max", quota + ' ' + period));
  note(problems, write_setting(folder / "cpu.cfs_period_us", period));
  note(problems, write_setting(folder / "cpu.cfs_quota_us", quota));
}

void cgroup_tree::set_memory(hierarchy const& in, fs::path const& folder, cgroup_limits const& limits,
                             std::vector<std::string>& problems) {
  if (!limits.memory_limit) return;
  auto const* const file = in.kind == version::one ? "memory.limit_in_bytes" : "memory.max";
  note(problems, write_setting(folder / file, std::to_string(*limits.memory_limit)));
}

cgroup_sample cgroup_tree::sample(container_cgroup const& of) const {
  cgroup_sample taken;
  for (auto const& folder : of.folders) {
    auto const in = std::find_if(hierarchies_.begin(), hierarchies_.end(),
                                 [&](hierarchy const& h) { return h.folder == folder.parent_path(); });
    if (in == hierarchies_.end()) continue;
    bool const first = in->kind == version::one;
    if (in->accounting) {
      auto const used =
          first ? number_in_file(folder / "cpuacct.usage") : named_number(folder / "cpu.stat", "usage_usec");
      if (used) taken.cpu_time = nanoseconds{static_cast<std::int64_t>(*used) * (first ? 1 : 1000)};
    }
    if (in->memory) {
      taken.memory = first ? working_set(folder, "memory.usage_in_bytes", "total_inactive_file")
                           : working_set(folder, "memory.current", "inactive_file");
      auto const kills = named_number(folder / (first ? "memory.oom_control" : "memory.events"), "oom_kill");
      taken.was_out_of_memory = kills.value_or(0) > 0;
    }
  }
  return taken;
}

bool cgroup_tree::remove(container_cgroup const& group) {
  bool all_gone = true;
  for (auto const& folder : group.folders) all_gone = (::rmdir(folder.c_str()) == 0 || errno == ENOENT) && all_gone;
  return all_gone;
}

}  // namespace holdfast::cluster
