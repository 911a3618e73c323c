#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>
#include <set>

#include <fmt/format.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cluster/node/process_finder.hpp"
#include "cluster/node/run_folder.hpp"
#include "core/clock.hpp"

namespace holdfast::cluster {

namespace fs = std::filesystem;

namespace {

using namespace std::chrono_literals;

/// A process that executes is without an environment for a moment, one that was just forked may have been passed over.
constexpr int quiet_looks_needed = 3;
constexpr auto between_looks = 4ms;
constexpr auto longest_killing = 10s;
constexpr auto longest_emptying = 3s;

struct outside {
  std::vector<fs::path> cgroups;
  std::vector<fs::path> links;
};

void pause(std::chrono::nanoseconds length) {
  timespec const wanted{.tv_sec = 0, .tv_nsec = length.count()};
  ::nanosleep(&wanted, nullptr);
}

/// Lines that a crash cut short name nothing.
outside noted_in(fs::path const& folder) {
  outside found;
  std::ifstream list{folder / "outside"};
  for (std::string line; std::getline(list, line) && !list.eof();) {
    auto const blank = line.find(' ');
    if (blank == std::string::npos || line.size() < blank + 3 || line[blank + 1] != '/') continue;
    (line.starts_with("cgroup ") ? found.cgroups : found.links).emplace_back(line.substr(blank + 1));
  }
  return found;
}

/// Control groups are made and removed as folders; the files in them are none.
std::vector<fs::path> with_those_inside(fs::path const& cgroup) {
  std::vector<fs::path> all{cgroup};
  std::error_code problem;
  for (fs::recursive_directory_iterator entry{cgroup, problem}, end; !problem && entry != end;
       entry.increment(problem)) {
    if (entry->is_directory(problem)) all.push_back(entry->path());
  }
  return all;
}

std::set<pid_t> members_of(std::vector<fs::path> const& cgroups) {
  std::set<pid_t> members;
  for (auto const& root : cgroups) {
    for (auto const& cgroup : with_those_inside(root)) {
      std::ifstream list{cgroup / "cgroup.procs"};
      for (pid_t pid = 0; list >> pid;) {
        if (pid > 1 && pid != ::getpid()) members.insert(pid);
      }
    }
  }
  return members;
}

std::set<pid_t> processes_of(std::string_view id, std::vector<fs::path> const& cgroups) {
  auto found = members_of(cgroups);
  for (auto const pid : processes_with(run_marker, id)) found.insert(pid);
  std::erase_if(found, [](pid_t pid) {
    auto const facts = facts_of(pid);
    return !facts || facts->has_ended();
  });
  return found;
}

void kill_processes(std::string_view id, std::vector<fs::path> const& cgroups, cleanup_report& report) {
  auto const give_up = clock_seam::now() + longest_killing;
  std::set<pid_t> killed;
  std::set<pid_t> alive;
  for (int quiet = 0; quiet < quiet_looks_needed && clock_seam::now() < give_up; ++quiet) {
    alive = processes_of(id, cgroups);
    for (auto const pid : alive) {
      ::kill(pid, SIGKILL);
      killed.insert(pid);
      quiet = -1;
    }
    pause(between_looks);
  }
  report.processes = killed.size();
  for (auto const pid : alive) report.left.push_back(fmt::format("process {} does not end after SIGKILL", pid));
}

/// A control group whose last member has just been killed is busy for a moment.
void remove_cgroup(fs::path const& root, cleanup_report& report) {
  auto const give_up = clock_seam::now() + longest_emptying;
  auto const all = with_those_inside(root);
  for (auto cgroup = all.rbegin(); cgroup != all.rend(); ++cgroup) {
    while (::rmdir(cgroup->c_str()) != 0 && errno != ENOENT) {
      if (errno != EBUSY || clock_seam::now() >= give_up) {
        report.left.push_back(fmt::format("control group {}: {}", cgroup->string(), std::strerror(errno)));
        break;
      }
      pause(between_looks);
    }
  }
}

void remove_link(fs::path const& link, fs::path const& folder) {
  std::error_code problem;
  auto const target = fs::read_symlink(link, problem);
  if (!problem && target.string().starts_with(folder.string() + '/')) fs::remove(link, problem);
}

/// Folders that a program took our own permission from, too.
void remove_folder(fs::path const& folder, cleanup_report& report) {
  std::error_code problem;
  fs::remove_all(folder, problem);
  if (!problem) return;
  for (fs::recursive_directory_iterator entry{folder, fs::directory_options::skip_permission_denied, problem}, end;
       !problem && entry != end; entry.increment(problem)) {
    if (entry->is_directory(problem) && !entry->is_symlink(problem)) ::chmod(entry->path().c_str(), 0700);
  }
  problem.clear();
  fs::remove_all(folder, problem);
  if (problem) report.left.push_back(fmt::format("{}: {}", folder.string(), problem.message()));
}

}  // namespace

cleanup_report remove_run(fs::path const& base, std::string_view id) {
  cleanup_report report;
  auto const folder = base / id;
  auto const noted = noted_in(folder);
  kill_processes(id, noted.cgroups, report);
  for (auto const& cgroup : noted.cgroups) remove_cgroup(cgroup, report);
  for (auto const& link : noted.links) remove_link(link, folder);
  remove_folder(folder, report);
  // Last: as long as it is there, a later run looks after what is left.
  if (report.left.empty()) ::unlink((folder.string() + ".lock").c_str());
  return report;
}

}  // namespace holdfast::cluster
