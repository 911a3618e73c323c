#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "cluster/node/child_start.hpp"
#include "core/clock.hpp"

namespace holdfast::cluster {

enum class process_id : std::uint64_t {};

/// How a process ended.
struct process_exit {
  int code = 0;    ///< as Kubernetes shows it: 128 + n when signal n ended it
  int signal = 0;  ///< 0: it ended itself
  nanoseconds cpu_time{};
  std::size_t stragglers = 0;  ///< processes of the container that had to be killed after it
  std::size_t left_over = 0;   ///< of these, those that could not be killed in time: held up in the kernel
};

enum class process_role : std::uint8_t {
  container,  ///< when it ends, whatever else runs in its container ends too
  helper,     ///< exec of a probe or a hook: what it leaves behind ends with the container
};

/// Starts programs and tells how they end. Every process carries HOLDFAST_RUN and HOLDFAST_CONTAINER in its
/// environment: by them its children are found again, whatever group or session they moved to. Each dies when the
/// thread that runs the event loop ends. Used from that thread only; handlers are called from its loop, never from
/// inside a call.
class process_runtime {
 public:
  using exit_handler = std::function<void(process_exit const&)>;

  /// @param run  the run's id: the value of HOLDFAST_RUN
  process_runtime(boost::asio::any_io_executor executor, std::string run);
  process_runtime(process_runtime const&) = delete;
  process_runtime& operator=(process_runtime const&) = delete;
  ~process_runtime();  ///< kills what still runs and waits for it, without calling handlers

  /// @param container  what tells this container from every other of the run: pod uid, name and restart count
  result<process_id, start_failure> start(child_setup setup, std::string const& container, process_role role,
                                          exit_handler on_exit);
  /// To the main process alone. False when it has ended.
  bool send_signal(process_id which, int signal);
  /// To the main process and every other of its container, whatever group or session it moved to; also to those that
  /// are started meanwhile, as far as a few looks show them.
  /// @return  how many got it; 0: the container has ended
  std::size_t send_signal_to_container(process_id which, int signal);
  /// SIGKILL to its whole process group. False when it has ended.
  bool kill(process_id which);
  /// Its handler will not be called. The process is not touched.
  void forget_handler(process_id which);

  pid_t pid_of(process_id which) const;  ///< 0 when it has ended
  std::size_t running() const;

 private:
  class state;
  std::shared_ptr<state> state_;
};

}  // namespace holdfast::cluster
