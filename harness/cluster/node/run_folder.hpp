#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/node/file_descriptor.hpp"
#include "core/result.hpp"

namespace holdfast::cluster {

/// Things outside of the run's folder that go with the run.
enum class outside_thing {
  cgroup,  ///< a folder below /sys/fs/cgroup, with those in it
  link,    ///< a symbolic link into the run's folder
};

/// A run's own folder, private to its user, and its lock: who holds that lock lives. Beside its folder, because a
/// folder that is being made has none yet: <base>/<id>/ and <base>/<id>.lock.
class run_folder {
 public:
  /// $TMPDIR/holdfast-<uid>, else /tmp/holdfast-<uid>. Not $XDG_RUNTIME_DIR: that is memory, and logs can be large.
  static std::filesystem::path default_base();
  /// 16 hexadecimal digits that no other run has.
  static std::string new_id();

  /// The error is a sentence that names the folder.
  static result<run_folder, std::string> create(std::filesystem::path const& base, std::string id);

  std::string const& id() const { return id_; }
  std::filesystem::path const& path() const { return path_; }
  int lock_descriptor() const { return lock_.get(); }

  /// Writes down what has to go with the run, before it is made: a guardian or a later run reads it. The error is a
  /// sentence.
  result<void, std::string> note(outside_thing what, std::filesystem::path const& where) const;

 private:
  run_folder(std::string id, std::filesystem::path path, file_descriptor lock)
      : id_{std::move(id)}, path_{std::move(path)}, lock_{std::move(lock)} {}
  std::string id_;
  std::filesystem::path path_;
  file_descriptor lock_;
};

/// What removing a run met.
struct cleanup_report {
  std::size_t processes = 0;      ///< that were killed
  std::vector<std::string> left;  ///< what could not be removed, and why
};

/// Kills every process of a run and removes its control groups, links, folder and lock file. Blocks for at most about
/// 15 s. Harmless when parts of it or all are gone.
cleanup_report remove_run(std::filesystem::path const& base, std::string_view id);

/// A run that ended without cleaning up.
struct removed_run {
  std::string id;
  cleanup_report report;
};

/// Finds the runs below `base` whose lock nobody holds, and removes them.
std::vector<removed_run> remove_dead_runs(std::filesystem::path const& base);

}  // namespace holdfast::cluster
