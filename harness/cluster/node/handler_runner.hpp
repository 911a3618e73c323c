#pragma once

#include <functional>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "cluster/node/lifecycle_handler.hpp"
#include "cluster/node/process_runtime.hpp"
#include "core/clock.hpp"
#include "net/tls_context.hpp"

namespace holdfast::cluster {

/// One action that is under way. Destroying it gives it up: no result comes, and what it started is killed.
class running_handler {
 public:
  virtual ~running_handler() = default;
};

using handler_callback = std::function<void(handler_result)>;

/// Carries out probes' and hooks' actions, each on a connection or in a process of its own. Used from the event loop's
/// thread; results come from the loop, never from inside run(). Outlives what it runs.
class handler_runner {
 public:
  /// @param user_agent  "kube-probe/1.31" for probes, "kube-lifecycle/1.31" for hooks
  handler_runner(boost::asio::any_io_executor executor, process_runtime& processes,
                 std::string user_agent = "kube-probe/1.31");

  /// @param limit  after which it has failed
  std::unique_ptr<running_handler> run(handler_action const& action, exec_place const& place, nanoseconds limit,
                                       handler_callback on_result);

 private:
  boost::asio::any_io_executor executor_;
  process_runtime& processes_;
  std::string user_agent_;
  std::unique_ptr<net::tls_context> tls_;  // verifies nothing
};

}  // namespace holdfast::cluster
