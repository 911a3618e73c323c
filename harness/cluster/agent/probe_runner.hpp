#pragma once

#include <functional>
#include <memory>

#include "cluster/agent/agent_parts.hpp"
#include "cluster/agent/container_spec.hpp"
#include "cluster/control/probe_worker.hpp"

namespace holdfast::cluster {

/// Makes the attempts of one probe of one container, over all of its instances: a first one at once, then one a period
/// of platform time. An attempt's timeout is real time: it is about a process, which a scaled clock does not make
/// faster.
class probe_runner {
 public:
  struct callbacks {
    std::function<probe_view()> view;
    std::function<exec_place()> place;
    std::function<void(probe_publication const&)> on_publication;
    /// Of each attempt that failed or succeeded with a warning.
    std::function<void(handler_result const&)> on_complaint;
  };

  probe_runner(agent_parts const& parts, probe_type type, probe_spec spec, callbacks calls);
  probe_runner(probe_runner const&) = delete;
  probe_runner& operator=(probe_runner const&) = delete;
  ~probe_runner();  ///< no callback is called any more

  /// An attempt beside those of the period. When one is under way, right after it.
  void attempt_now();

 private:
  class state;
  std::shared_ptr<state> state_;
};

}  // namespace holdfast::cluster
