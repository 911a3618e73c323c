#pragma once

#include <csignal>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "cluster/control/explanation.hpp"
#include "cluster/node/handler_runner.hpp"
#include "cluster/node/process_runtime.hpp"

namespace holdfast::cluster {

struct termination_order {
  std::chrono::seconds grace{30};
  std::optional<handler_action> pre_stop{};
  exec_place place{};  ///< for a pre_stop that executes
  int signal = SIGTERM;
  double time_scale = 1;  ///< how many times faster than in a cluster the grace period and the 2 s after SIGTERM pass
};

/// Ends one container as `termination` decides: preStop, signal, SIGKILL. That it has ended is told by the handler that
/// process_runtime::start was given; destroy this then. All from the event loop's thread.
class container_termination {
 public:
  /// Each step with what it was decided from, and a warning FailedPreStopHook.
  using event_handler = std::function<void(control_event const&)>;

  container_termination(boost::asio::any_io_executor const& executor, process_runtime& processes,
                        handler_runner& handlers, process_id which, termination_order order, event_handler on_event);
  container_termination(container_termination const&) = delete;
  container_termination& operator=(container_termination const&) = delete;
  ~container_termination();  ///< no further step is taken

  /// A second request to end it: the grace period can become shorter, never longer.
  void shorten(std::chrono::seconds grace);

 private:
  class state;
  std::shared_ptr<state> state_;
};

}  // namespace holdfast::cluster
