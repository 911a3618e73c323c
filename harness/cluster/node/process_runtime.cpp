#include "cluster/node/process_runtime.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <poll.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cluster/node/process_finder.hpp"

namespace holdfast::cluster {

namespace asio = boost::asio;

namespace {

using namespace std::chrono_literals;

constexpr auto first_sweep_pause = 2ms;
constexpr auto longest_sweep_pause = 50ms;
constexpr int most_looks_for_unknown = 6;  // some 60 ms: an exec takes less, a wiped argument list stays
constexpr int most_looks_for_new = 5;      // of a container that starts processes faster than it is signalled
constexpr auto most_stopping = 3s;
constexpr auto most_sweeping = 10s;  // a process that SIGKILL does not end sooner hangs in the kernel

#ifdef P_PIDFD
constexpr auto by_pidfd = P_PIDFD;
#else
constexpr auto by_pidfd = static_cast<idtype_t>(3);
#endif

nanoseconds duration_of(timeval const& t) {
  return std::chrono::seconds{t.tv_sec} + std::chrono::microseconds{t.tv_usec};
}

bool ends_before(int pidfd, time_point deadline) {
  for (;;) {
    auto const left = std::chrono::ceil<std::chrono::milliseconds>(deadline - clock_seam::now()).count();
    pollfd watched{.fd = pidfd, .events = POLLIN, .revents = 0};
    auto const ready = ::poll(&watched, 1, static_cast<int>(std::max<std::int64_t>(left, 0)));
    if (ready >= 0 || errno != EINTR) return ready > 0;
  }
}

/// Asks how a child ended; false when it has not.
bool reap(int pidfd, process_exit& exit) {
  siginfo_t info{};
  rusage used{};
  auto const flags = WEXITED | WNOHANG;
  long outcome = 0;
  do {
    // glibc's waitid has no place for the rusage.
    outcome = ::syscall(SYS_waitid, static_cast<long>(by_pidfd), static_cast<long>(pidfd), &info,
                        static_cast<long>(flags), &used);
  } while (outcome != 0 && errno == EINTR);
  if (outcome != 0) return true;  // not ours any more: somebody ignores SIGCHLD
  if (info.si_pid == 0) return false;
  exit.signal = info.si_code == CLD_EXITED ? 0 : info.si_status;
  exit.code = info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
  exit.cpu_time = duration_of(used.ru_utime) + duration_of(used.ru_stime);
  return true;
}

}  // namespace

class process_runtime::state : public std::enable_shared_from_this<state> {
 public:
  state(asio::any_io_executor executor, std::string run) : run_{std::move(run)}, sweep_timer_{executor} {}

  result<process_id, start_failure> start(child_setup setup, std::string const& container, process_role role,
                                          exit_handler on_exit) {
    setup.environment.push_back(std::string{run_marker} + '=' + run_);
    setup.environment.push_back(std::string{container_marker} + '=' + container);
    auto child = start_child(setup);
    if (!child) return child.error();
    auto const id = next_id_++;
    auto& entry = running_[id];
    entry =
        std::make_unique<process>(sweep_timer_.get_executor(), std::move(*child), container, role, std::move(on_exit));
    wait_for(id, *entry);
    return process_id{id};
  }

  bool send_signal(process_id which, int signal) {
    auto* const entry = find(which);
    if (entry == nullptr) return false;
    return ::syscall(SYS_pidfd_send_signal, static_cast<long>(entry->pidfd.native_handle()), static_cast<long>(signal),
                     nullptr, 0L) == 0;
  }

  std::size_t send_signal_to_container(process_id which, int signal) {
    auto const* const entry = find(which);
    if (entry == nullptr || entry->role != process_role::container || !send_signal(which, signal)) return 0;
    std::set<pid_t> reached{entry->pid};
    for (int look = 0; look < most_looks_for_new; ++look) {
      auto const before = reached.size();
      for (auto const pid : processes_with(container_marker, entry->container)) {
        if (!reached.contains(pid) && started_with(pid, run_marker) == run_ && ::kill(pid, signal) == 0) {
          reached.insert(pid);
        }
      }
      if (reached.size() == before) break;
    }
    return reached.size();
  }

  /// The group's number cannot have been given away: its leader has not been reaped.
  bool kill(process_id which) {
    auto* const entry = find(which);
    return entry != nullptr && ::kill(-entry->pid, SIGKILL) == 0;
  }

  void forget_handler(process_id which) {
    if (auto* const entry = find(which)) entry->on_exit = nullptr;
    for (auto& ended : ended_) {
      if (ended.id == which) ended.on_exit = nullptr;
    }
  }

  pid_t pid_of(process_id which) const {
    auto const found = running_.find(static_cast<std::uint64_t>(which));
    return found == running_.end() ? 0 : found->second->pid;
  }

  std::size_t running() const { return running_.size() + ended_.size(); }

  void stop() {
    for (auto const& [id, entry] : running_) ::kill(-entry->pid, SIGKILL);
    auto const give_up = clock_seam::now() + most_stopping;
    for (auto const& [id, entry] : running_) {
      process_exit ignored;
      // One that hangs in the kernel must not hold us up: it is the guardian's.
      if (ends_before(entry->pidfd.native_handle(), give_up)) reap(entry->pidfd.native_handle(), ignored);
      if (entry->role == process_role::container) ended_.push_back({.container = entry->container});
    }
    running_.clear();
    sweep_timer_.cancel();
    while (!ended_.empty() && kill_stragglers() && clock_seam::now() < give_up) {
    }
  }

 private:
  struct process {
    process(asio::any_io_executor const& executor, started_child child, std::string its_container,
            process_role its_role, exit_handler handler)
        : pid{child.pid},
          pidfd{executor, child.pidfd.release()},
          container{std::move(its_container)},
          role{its_role},
          on_exit{std::move(handler)} {}
    pid_t pid;
    asio::posix::stream_descriptor pidfd;
    std::string container;
    process_role role;
    exit_handler on_exit;
  };

  struct ended_container {
    process_id id{};
    std::string container;
    exit_handler on_exit{};
    process_exit exit{};
    time_point give_up{};
    std::set<pid_t> seen{};
    bool is_clean = false;
    int looks_for_unknown = most_looks_for_unknown;
  };

  process* find(process_id which) {
    auto const found = running_.find(static_cast<std::uint64_t>(which));
    return found == running_.end() ? nullptr : found->second.get();
  }

  void wait_for(std::uint64_t id, process& entry) {
    entry.pidfd.async_wait(asio::posix::stream_descriptor::wait_read,
                           [weak = weak_from_this(), id](boost::system::error_code ec) {
                             auto const self = weak.lock();
                             if (self && !ec) self->on_readable(id);
                           });
  }

  void on_readable(std::uint64_t id) {
    auto const found = running_.find(id);
    if (found == running_.end()) return;
    auto& entry = *found->second;
    // What has stayed in its group goes at once, and while the number of the group is still its own.
    if (entry.role == process_role::container) ::kill(-entry.pid, SIGKILL);
    process_exit exit;
    if (!reap(entry.pidfd.native_handle(), exit)) return wait_for(id, entry);
    auto const ended = std::move(found->second);
    running_.erase(found);
    if (ended->role == process_role::helper) {
      if (ended->on_exit) ended->on_exit(exit);
      return;
    }
    ended_.push_back({.id = process_id{id},
                      .container = ended->container,
                      .on_exit = std::move(ended->on_exit),
                      .exit = exit,
                      .give_up = clock_seam::now() + most_sweeping});
    sweep_pause_ = first_sweep_pause;
    sweep_after(0ms);  // one look through /proc for all that end together
  }

  void sweep_after(nanoseconds pause) {
    sweep_timer_.expires_after(pause);
    sweep_timer_.async_wait([weak = weak_from_this()](boost::system::error_code ec) {
      auto const self = weak.lock();
      if (self && !ec) self->sweep();
    });
  }

  void sweep() {
    kill_stragglers();
    auto const now = clock_seam::now();
    std::vector<ended_container> done;
    std::erase_if(ended_, [&](ended_container& ended) {
      if (!ended.is_clean && now < ended.give_up) return false;
      done.push_back(std::move(ended));
      return true;
    });
    if (!ended_.empty()) {
      sweep_after(sweep_pause_);
      sweep_pause_ = std::min<nanoseconds>(2 * sweep_pause_, longest_sweep_pause);
    }
    for (auto& ended : done) {
      ended.exit.stragglers = ended.seen.size();
      if (!ended.is_clean) ended.exit.left_over = ended.seen.size();
      if (ended.on_exit) ended.on_exit(ended.exit);
    }
  }

  /// True when there were any, or may have been.
  bool kill_stragglers() {
    std::map<std::string, ended_container*, std::less<>> by_name;
    for (auto& ended : ended_) {
      ended.is_clean = true;
      by_name[ended.container] = &ended;
    }
    bool any = false;
    bool any_unknown = false;
    for (auto const pid : all_processes()) {
      if (pid == ::getpid()) continue;
      auto const environment = environment_of(pid);
      if (!environment) any_unknown = true;
      if (!environment || variable_in(*environment, run_marker) != run_) continue;
      auto const found = by_name.find(variable_in(*environment, container_marker).value_or(""));
      if (found == by_name.end()) continue;
      any = true;
      found->second->is_clean = false;
      found->second->seen.insert(pid);
      ::kill(pid, SIGKILL);
    }
    if (any_unknown) {
      for (auto& ended : ended_) {
        if (!ended.is_clean || ended.looks_for_unknown-- == 0) continue;
        ended.is_clean = false;
        any = true;
      }
    }
    return any;
  }

  std::string run_;
  asio::steady_timer sweep_timer_;
  nanoseconds sweep_pause_ = first_sweep_pause;
  std::uint64_t next_id_ = 1;
  std::map<std::uint64_t, std::unique_ptr<process>> running_;
  std::vector<ended_container> ended_;
};

process_runtime::process_runtime(asio::any_io_executor executor, std::string run)
    : state_{std::make_shared<state>(std::move(executor), std::move(run))} {}

process_runtime::~process_runtime() { state_->stop(); }

result<process_id, start_failure> process_runtime::start(child_setup setup, std::string const& container,
                                                         process_role role, exit_handler on_exit) {
  return state_->start(std::move(setup), container, role, std::move(on_exit));
}

bool process_runtime::send_signal(process_id which, int signal) { return state_->send_signal(which, signal); }
std::size_t process_runtime::send_signal_to_container(process_id which, int signal) {
  return state_->send_signal_to_container(which, signal);
}
bool process_runtime::kill(process_id which) { return state_->kill(which); }
void process_runtime::forget_handler(process_id which) { state_->forget_handler(which); }
pid_t process_runtime::pid_of(process_id which) const { return state_->pid_of(which); }
std::size_t process_runtime::running() const { return state_->running(); }

}  // namespace holdfast::cluster
