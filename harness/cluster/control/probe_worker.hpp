#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cluster/control/explanation.hpp"
#include "cluster/control/pod_state.hpp"
#include "cluster/control/probe_settings.hpp"

namespace holdfast::cluster {

enum class probe_result { success, failure, unknown };

/// What a worker sees of its container when an attempt is due.
struct probe_view {
  std::string instance{};  ///< identity of the container's instance; empty: there is none yet
  bool is_running = false;
  bool will_restart = true;  ///< a stopped container will be started again
  bool is_started = false;   ///< the startup probe has succeeded for this instance, or there is none
  time_point started_at{};
  pod_phase phase = pod_phase::running;
  bool is_deleted = false;  ///< the pod has a deletion timestamp
};

/// A result that takes effect for an instance.
struct probe_publication {
  std::string instance{};
  probe_result result = probe_result::unknown;
  bool kills = false;  ///< a failure of liveness or startup: the container is to be ended and handled by restart policy
  explanation why{};
};

enum class probe_action { wait, run_handler, end };

struct probe_step {
  probe_action action = probe_action::wait;
  std::optional<probe_publication> published{};
};

/// One worker per container and probe type. Kubernetes: results count in runs; a new instance gets the initial value
/// (readiness: failure, liveness: success, startup: unknown) but keeps the run; after a liveness or startup failure
/// there is no attempt until a new instance is seen. Not thread-safe; owned by whoever runs the attempts.
class probe_worker {
 public:
  probe_worker(probe_type type, probe_settings settings) : type_{type}, settings_{settings} {}

  /// An attempt is due: run the handler and report to finish, wait for the next tick, or end for good.
  probe_step begin(probe_view const& view, time_point now);

  /// The handler of an attempt that began has answered. @param detail  of the answer, for the explanation
  std::optional<probe_publication> finish(probe_result result, std::string const& detail);

  probe_type type() const { return type_; }
  probe_settings const& settings() const { return settings_; }

 private:
  probe_publication publication(probe_result result, std::string rule) const;
  std::int32_t threshold(probe_result result) const;

  probe_type type_;
  probe_settings settings_;
  std::string instance_{};
  probe_result last_ = probe_result::unknown;
  std::int32_t run_ = 0;
  bool is_on_hold_ = false;
};

/// What the absence of a probe means. Kubernetes: ready as soon as started, alive, started.
/// @param published  of the probe of that type; nothing when there is no such probe
bool is_container_started(bool is_running, std::optional<probe_result> published);
bool is_container_ready(bool is_running, bool is_started, std::optional<probe_result> published);

/// Kubernetes: a status update of a container that is started and not ready triggers a readiness attempt at once, so
/// that readiness after a start does not wait for a whole period.
constexpr bool wants_extra_readiness_attempt(bool is_started, bool is_ready, bool has_readiness_probe) {
  return is_started && !is_ready && has_readiness_probe;
}

}  // namespace holdfast::cluster
