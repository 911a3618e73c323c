#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "cluster/node/file_descriptor.hpp"
#include "cluster/node/mount_step.hpp"
#include "core/result.hpp"

namespace holdfast::cluster {

struct resource_limit {
  int resource = 0;  ///< RLIMIT_NOFILE, ...
  std::uint64_t soft = 0;
  std::uint64_t hard = 0;
};

enum class with_parent : std::uint8_t { dies, lives_on };
enum class namespaces : std::uint8_t { shared, own_mounts, own_mounts_and_user };

/// What a child process is to be.
struct child_setup {
  std::string program;                     ///< a path, or a name that is looked for in the environment's PATH
  std::vector<std::string> arguments{};    ///< without the program itself
  std::vector<std::string> environment{};  ///< "NAME=value", all that it gets
  std::string working_directory = "/";
  std::vector<resource_limit> limits{};
  std::vector<std::string> cgroup_files{};  ///< each cgroup.procs file that it enters before it begins
  std::vector<mount_step> mounts{};         ///< in a mount namespace of its own, see `isolation`
  namespaces isolation = namespaces::shared;
  int standard_output = -1;  ///< a descriptor of ours; -1: nowhere
  int standard_error = -1;
  std::vector<int> handed_over{};        ///< become its descriptors 3, 4, ...; it has no others but 0 to 2
  with_parent fate = with_parent::dies;  ///< whether the kernel kills it with the thread that started it
};

enum class start_step : std::uint8_t { preparation, cgroup, resource_limits, mounts, working_directory, execution };

/// Why no process began.
struct start_failure {
  start_step step = start_step::preparation;
  int error = 0;        ///< errno
  std::string message;  ///< exec: "bookd": executable file not found in $PATH
};

struct started_child {
  pid_t pid = 0;  ///< also its process group and its session
  file_descriptor pidfd;
};

/// Starts a program in a session of its own, with nothing of ours but what `setup` names: no descriptor, no signal
/// disposition, no blocked signal, standard input from /dev/null. Returns when the program runs or the reason why it
/// does not is known. Safe in a process with many threads and much memory: the child borrows our memory until it
/// executes (as posix_spawn does) and makes system calls only.
/// With with_parent::dies the kernel kills it when the calling *thread* ends, however that comes about.
result<started_child, start_failure> start_child(child_setup const& setup);

/// "SIGTERM"; "signal 77" for one without a name.
std::string signal_name(int signal);

}  // namespace holdfast::cluster
