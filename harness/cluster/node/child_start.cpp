#include "cluster/node/child_start.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cluster/node/child_side.hpp"

namespace holdfast::cluster {
namespace {

constexpr std::size_t child_stack_bytes = std::size_t{128} * 1024;

/// What the child runs on until it executes.
class child_stack {
 public:
  child_stack()
      : memory_{::mmap(nullptr, child_stack_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1,
                       0)} {}
  child_stack(child_stack const&) = delete;
  child_stack& operator=(child_stack const&) = delete;
  ~child_stack() {
    if (is_there()) ::munmap(memory_, child_stack_bytes);
  }
  bool is_there() const { return memory_ != MAP_FAILED; }
  void* top() const { return static_cast<char*>(memory_) + child_stack_bytes; }

 private:
  void* memory_;
};

/// No handler of ours may run in the child, which would work on our memory.
class all_signals_blocked {
 public:
  all_signals_blocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  all_signals_blocked(all_signals_blocked const&) = delete;
  all_signals_blocked& operator=(all_signals_blocked const&) = delete;
  ~all_signals_blocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

/// The lowest descriptors are those that the child gives a meaning of their own.
constexpr int first_free_descriptor = 16;

file_descriptor moved_up(int fd) { return file_descriptor{::fcntl(fd, F_DUPFD_CLOEXEC, first_free_descriptor)}; }

file_descriptor opened(std::string const& path, int flags) {
  file_descriptor const fd{::open(path.c_str(), flags | O_CLOEXEC)};
  return fd ? moved_up(fd.get()) : file_descriptor{};
}

std::string_view value_in(std::vector<std::string> const& environment, std::string_view name) {
  for (auto const& entry : environment) {
    if (entry.size() > name.size() && entry.starts_with(name) && entry[name.size()] == '=') {
      return std::string_view{entry}.substr(name.size() + 1);
    }
  }
  return {};
}

std::vector<std::string> candidates_for(child_setup const& setup) {
  if (setup.program.find('/') != std::string::npos) return {setup.program};
  std::vector<std::string> found;
  auto path = value_in(setup.environment, "PATH");
  if (path.empty()) path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  for (std::size_t from = 0; from <= path.size();) {
    auto const end = std::min(path.find(':', from), path.size());
    auto const folder = path.substr(from, end - from);
    found.push_back((folder.empty() ? std::string{"."} : std::string{folder}) + '/' + setup.program);
    from = end + 1;
  }
  return found;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (auto& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

std::string message_of(child_setup const& setup, start_step step, int error) {
  auto const why = std::strerror(error);
  switch (step) {
    case start_step::execution:
      if (error == ENOENT && setup.program.find('/') == std::string::npos) {
        return fmt::format("exec: \"{}\": executable file not found in $PATH", setup.program);
      }
      if (error == ENOEXEC) return fmt::format("exec: \"{}\": exec format error", setup.program);
      return fmt::format("exec: \"{}\": {}", setup.program, why);
    case start_step::working_directory:
      return fmt::format("chdir to the working directory \"{}\": {}", setup.working_directory, why);
    case start_step::cgroup:
      return fmt::format("entering the control group: {}", why);
    case start_step::resource_limits:
      return fmt::format("setting resource limits: {}", why);
    case start_step::mounts:
      return fmt::format("mounting the volumes: {}", why);
    case start_step::preparation:
      break;
  }
  return fmt::format("starting a process: {}", why);
}

/// The memory behind a child_plan.
class prepared_child {
 public:
  explicit prepared_child(child_setup const& setup)
      : setup_{setup}, candidates_{candidates_for(setup)}, arguments_{setup.program}, environment_{setup.environment} {
    arguments_.insert(arguments_.end(), setup.arguments.begin(), setup.arguments.end());
    argument_pointers_ = pointers_to(arguments_);
    environment_pointers_ = pointers_to(environment_);
    candidate_pointers_.assign(candidates_.size(), nullptr);
    for (std::size_t i = 0; i < candidates_.size(); ++i) candidate_pointers_[i] = candidates_[i].c_str();
    for (auto const& step : setup.mounts) {
      mounts_.push_back({.action = step.action, .from = step.from.c_str(), .to = step.to.c_str()});
    }
    for (auto const& limit : setup.limits) {
      limits_.push_back({.resource = limit.resource, .value = {.rlim_cur = limit.soft, .rlim_max = limit.hard}});
    }
    plan_.candidates = candidate_pointers_;
    plan_.arguments = argument_pointers_.data();
    plan_.environment = environment_pointers_.data();
    plan_.working_directory = setup.working_directory.c_str();
    plan_.mounts = mounts_;
    plan_.limits = limits_;
    plan_.parent = setup.fate == with_parent::dies ? ::getpid() : 0;
    if (setup.isolation == namespaces::own_mounts_and_user) {
      user_map_ = fmt::format("{0} {0} 1", ::geteuid());
      group_map_ = fmt::format("{0} {0} 1", ::getegid());
      plan_.user_map = user_map_.c_str();
      plan_.group_map = group_map_.c_str();
    }
  }

  /// False when a descriptor cannot be had; then step and errno say why.
  bool open_descriptors() {
    input_ = opened("/dev/null", O_RDONLY);
    output_ = setup_.standard_output < 0 ? opened("/dev/null", O_WRONLY) : moved_up(setup_.standard_output);
    error_output_ = setup_.standard_error < 0 ? opened("/dev/null", O_WRONLY) : moved_up(setup_.standard_error);
    if (!input_ || !output_ || !error_output_) return false;
    for (auto const fd : setup_.handed_over) {
      kept_.push_back(moved_up(fd));
      if (!kept_.back()) return false;
      handed_over_.push_back(kept_.back().get());
    }
    plan_.step = start_step::cgroup;
    for (auto const& file : setup_.cgroup_files) {
      cgroup_files_.push_back(opened(file, O_WRONLY));
      if (!cgroup_files_.back()) return false;
      cgroups_.push_back(cgroup_files_.back().get());
    }
    plan_.input = input_.get();
    plan_.output = output_.get();
    plan_.error_output = error_output_.get();
    plan_.handed_over = handed_over_;
    plan_.cgroups = cgroups_;
    return true;
  }

  child_plan& plan() { return plan_; }

 private:
  child_setup const& setup_;
  std::vector<std::string> candidates_;
  std::vector<std::string> arguments_;
  std::vector<std::string> environment_;
  std::vector<char const*> candidate_pointers_;
  std::vector<char*> argument_pointers_;
  std::vector<char*> environment_pointers_;
  std::vector<child_plan::mount> mounts_;
  std::vector<child_plan::limit> limits_;
  std::vector<file_descriptor> cgroup_files_;
  std::vector<int> cgroups_;
  std::string user_map_;
  std::string group_map_;
  file_descriptor input_;
  file_descriptor output_;
  file_descriptor error_output_;
  std::vector<file_descriptor> kept_;
  std::vector<int> handed_over_;
  child_plan plan_;
};

int clone_flags(namespaces isolation) {
  auto const common = CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD;
  switch (isolation) {
    case namespaces::own_mounts:
      return common | CLONE_NEWNS;
    case namespaces::own_mounts_and_user:
      return common | CLONE_NEWNS | CLONE_NEWUSER;
    case namespaces::shared:
      break;
  }
  return common;
}

}  // namespace

result<started_child, start_failure> start_child(child_setup const& setup) {
  auto const failed = [&setup](start_step step, int error) {
    return start_failure{.step = step, .error = error, .message = message_of(setup, step, error)};
  };
  prepared_child child{setup};
  auto& plan = child.plan();
  if (!child.open_descriptors()) return failed(plan.step, errno);
  child_stack const stack;
  if (!stack.is_there()) return failed(start_step::preparation, errno);
  int pidfd = -1;
  pid_t pid = -1;
  int clone_error = 0;
  {
    all_signals_blocked const guard;
    pid = ::clone(&run_child, stack.top(), clone_flags(setup.isolation), &plan, &pidfd);
    clone_error = errno;
  }
  if (pid < 0) return failed(start_step::preparation, clone_error);
  file_descriptor handle{pidfd};
  if (plan.error == 0) return started_child{.pid = pid, .pidfd = std::move(handle)};
  while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
  return failed(plan.step, plan.error);
}

std::string signal_name(int signal) {
  auto const* const name = ::sigabbrev_np(signal);
  return name == nullptr ? fmt::format("signal {}", signal) : fmt::format("SIG{}", name);
}

}  // namespace holdfast::cluster
