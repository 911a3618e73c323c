#include "cluster/node/child_side.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// Everything here runs in a process that borrows the memory of its parent, of which one thread waits and the others go
// on: system calls only, by number, so that neither libc's locks nor a sanitizer's interceptors come between.

namespace holdfast::cluster {
namespace {

// The kernel reads whole registers, and variadic arguments narrower than that leave the rest undefined.
template <class Argument>
auto whole_register(Argument argument) {
  if constexpr (std::is_integral_v<Argument>) {
    return static_cast<long>(argument);
  } else {
    return argument;
  }
}

template <class... Arguments>
long call(long number, Arguments... arguments) {
  return ::syscall(number, whole_register(arguments)...);
}

long write_text(char const* path, char const* text) {
  auto const fd = static_cast<int>(call(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CLOEXEC, 0));
  if (fd < 0) return -1;
  auto const written = call(SYS_write, fd, text, std::strlen(text));
  auto const why = errno;
  call(SYS_close, fd);
  errno = why;
  return written < 0 ? -1 : 0;
}

/// A user namespace in which we are who we are, so that programs see their own user.
bool enter_user_namespace(child_plan const& plan) {
  if (plan.user_map == nullptr) return true;
  return write_text("/proc/self/uid_map", plan.user_map) == 0 && write_text("/proc/self/setgroups", "deny") == 0 &&
         write_text("/proc/self/gid_map", plan.group_map) == 0;
}

long make_file(char const* path) {
  auto const fd = call(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0) return -1;
  return call(SYS_close, static_cast<int>(fd));
}

long existing_is_fine(long outcome) { return outcome < 0 && errno == EEXIST ? 0 : outcome; }

/// In a user namespace the restrictions of the original mount must be named again.
long protect(char const* path) {
  auto const flags = MS_REMOUNT | MS_BIND | MS_RDONLY;
  if (call(SYS_mount, "none", path, nullptr, flags, nullptr) == 0) return 0;
  if (call(SYS_mount, "none", path, nullptr, flags | MS_NOSUID | MS_NODEV, nullptr) == 0) return 0;
  return call(SYS_mount, "none", path, nullptr, flags | MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr);
}

long apply(child_plan::mount const& step) {
  switch (step.action) {
    case mount_action::keep_apart:
      return call(SYS_mount, "none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
    case mount_action::empty_folder:
      return call(SYS_mount, "tmpfs", step.to, "tmpfs", MS_NOSUID | MS_NODEV, "mode=755");
    case mount_action::make_folder:
      return existing_is_fine(call(SYS_mkdirat, AT_FDCWD, step.to, 0755));
    case mount_action::make_file:
      return make_file(step.to);
    case mount_action::make_link:
      return existing_is_fine(call(SYS_symlinkat, step.from, AT_FDCWD, step.to));
    case mount_action::show:
      return call(SYS_mount, step.from, step.to, nullptr, MS_BIND | MS_REC, nullptr);
    case mount_action::protect:
      return protect(step.to);
    case mount_action::change_root:
      return call(SYS_chroot, step.to) == 0 ? call(SYS_chdir, "/") : -1;
  }
  return 0;
}

/// Handlers of ours mean nothing to another program, and what we ignore or block it must be able to receive.
void reset_signals() {
  std::array<std::uint64_t, 4> const default_action{};  // the kernel's struct: SIG_DFL, no flags, empty mask
  for (int signal = 1; signal <= 64; ++signal) {
    call(SYS_rt_sigaction, signal, default_action.data(), nullptr, sizeof(std::uint64_t));
  }
  std::uint64_t const nothing = 0;
  call(SYS_rt_sigprocmask, SIG_SETMASK, &nothing, nullptr, sizeof nothing);
}

bool take_descriptors(child_plan const& plan) {
  if (call(SYS_dup3, plan.input, 0, 0) < 0 || call(SYS_dup3, plan.output, 1, 0) < 0 ||
      call(SYS_dup3, plan.error_output, 2, 0) < 0) {
    return false;
  }
  auto first_unused = 3U;
  for (auto const fd : plan.handed_over) {
    if (call(SYS_dup3, fd, first_unused++, 0) < 0) return false;
  }
  if (call(SYS_close_range, first_unused, ~0U, 0) == 0) return true;
  for (auto fd = first_unused; fd < 65'536; ++fd) call(SYS_close, fd);  // Linux before 5.9
  return true;
}

/// The kernel kills us when the parent ends. If it ended before we asked for that, nobody waits for us any more.
bool follow_parent(child_plan const& plan) {
  if (plan.parent == 0) return true;
  if (call(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) return false;
  return call(SYS_getppid) == plan.parent;
}

bool set_limits(child_plan const& plan) {
  for (auto const& limit : plan.limits) {
    if (call(SYS_prlimit64, 0, limit.resource, &limit.value, nullptr) != 0) return false;
  }
  return true;
}

bool enter_cgroups(child_plan const& plan) {
  for (auto const fd : plan.cgroups) {
    if (call(SYS_write, fd, "0", 1) != 1) return false;
  }
  return true;
}

bool apply_mounts(child_plan const& plan) {
  for (auto const& step : plan.mounts) {
    if (apply(step) < 0) return false;
  }
  return true;
}

/// As execvp: a candidate that is not there or may not be executed leads to the next one.
void execute(child_plan& plan) {
  int best = ENOENT;
  for (auto const* const path : plan.candidates) {
    call(SYS_execve, path, plan.arguments, plan.environment);
    if (errno == EACCES) best = EACCES;
    if (errno == ENOENT || errno == ENOTDIR || errno == EACCES) continue;
    best = errno;
    break;
  }
  errno = best;
}

bool prepare(child_plan& plan) {
  plan.step = start_step::preparation;
  call(SYS_setsid);
  if (!enter_user_namespace(plan)) return false;
  plan.step = start_step::cgroup;
  if (!enter_cgroups(plan)) return false;
  plan.step = start_step::mounts;
  if (!apply_mounts(plan)) return false;
  plan.step = start_step::resource_limits;
  if (!set_limits(plan)) return false;
  plan.step = start_step::working_directory;
  if (call(SYS_chdir, plan.working_directory) != 0) return false;
  plan.step = start_step::preparation;
  call(SYS_umask, 022);
  // Last: a change of credentials, as entering a user namespace, would undo it.
  return follow_parent(plan) && take_descriptors(plan);
}

}  // namespace

// Not instrumented: its frame is never left, and would stay marked as in use in the shared memory.
__attribute__((no_sanitize("address", "thread"))) int run_child(void* raw) {
  auto& plan = *static_cast<child_plan*>(raw);
  if (prepare(plan)) {
    plan.step = start_step::execution;
    reset_signals();
    execute(plan);
  }
  plan.error = errno == 0 ? EINVAL : errno;
  call(SYS_exit_group, 127);
  return 127;
}

}  // namespace holdfast::cluster
