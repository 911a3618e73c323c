#include "cluster/node/run_folder.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

namespace holdfast::cluster {

namespace fs = std::filesystem;

namespace {

fs::path lock_path(fs::path const& base, std::string_view id) { return base / (std::string{id} + ".lock"); }

std::string trouble(fs::path const& where, char const* what) {
  return fmt::format("{}: {}: {}", where.string(), what, std::strerror(errno));
}

/// Others must not be able to put something in our way there.
std::string why_not_private(fs::path const& folder) {
  struct stat facts {};
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return trouble(folder, "cannot be made");
  if (::lstat(folder.c_str(), &facts) != 0) return trouble(folder, "cannot be read");
  if (!S_ISDIR(facts.st_mode)) return folder.string() + " is in the way: it is no folder";
  if (facts.st_uid != ::geteuid()) return folder.string() + " belongs to another user";
  if ((facts.st_mode & 077U) != 0 && ::chmod(folder.c_str(), 0700) != 0) return trouble(folder, "cannot be protected");
  return {};
}

/// The lock file, locked; none when another holds it. A file that was removed between opening and locking does not
/// count: its name may be a new one's by now.
file_descriptor locked(fs::path const& path, int flags) {
  file_descriptor fd{::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | flags, 0600)};
  if (!fd || ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) return {};
  struct stat ours {};
  struct stat there {};
  if (::fstat(fd.get(), &ours) != 0 || ::stat(path.c_str(), &there) != 0 || ours.st_ino != there.st_ino) return {};
  return fd;
}

constexpr std::string_view name_of(outside_thing what) { return what == outside_thing::cgroup ? "cgroup" : "link"; }

}  // namespace

fs::path run_folder::default_base() {
  auto const* const chosen = std::getenv("TMPDIR");
  fs::path const temporary{chosen != nullptr && *chosen == '/' ? chosen : "/tmp"};
  return temporary / fmt::format("holdfast-{}", ::geteuid());
}

std::string run_folder::new_id() {
  std::uint64_t bits = 0;
  while (::getrandom(&bits, sizeof bits, 0) != sizeof bits) {
  }
  return fmt::format("{:016x}", bits);
}

result<run_folder, std::string> run_folder::create(fs::path const& base, std::string id) {
  if (auto why = why_not_private(base); !why.empty()) return why;
  auto lock = locked(lock_path(base, id), O_CREAT);
  if (!lock) return trouble(lock_path(base, id), "cannot be locked");
  auto const path = base / id;
  if (::mkdir(path.c_str(), 0700) != 0) return trouble(path, "cannot be made");
  return run_folder{std::move(id), path, std::move(lock)};
}

result<void, std::string> run_folder::note(outside_thing what, fs::path const& where) const {
  auto const list = path_ / "outside";
  file_descriptor const fd{::open(list.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)};
  auto const line = fmt::format("{} {}\n", name_of(what), where.string());
  if (!fd || ::write(fd.get(), line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
    return trouble(list, "cannot be written");
  }
  return result<void, std::string>{};
}

std::vector<removed_run> remove_dead_runs(fs::path const& base) {
  std::vector<removed_run> removed;
  std::error_code problem;
  std::vector<fs::path> locks;
  for (fs::directory_iterator entry{base, problem}, end; !problem && entry != end; entry.increment(problem)) {
    if (entry->path().extension() == ".lock") locks.push_back(entry->path());
  }
  for (auto const& path : locks) {
    auto const lock = locked(path, 0);
    if (!lock) continue;
    auto const id = path.stem().string();
    removed.push_back({.id = id, .report = remove_run(base, id)});
  }
  return removed;
}

}  // namespace holdfast::cluster
