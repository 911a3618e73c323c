#pragma once

#include <optional>
#include <string_view>

#include "core/clock.hpp"

namespace holdfast::cluster {

enum class pod_phase { pending, running, succeeded, failed, unknown };

/// "Pending", "Running", ...
constexpr std::string_view text_of(pod_phase phase) {
  switch (phase) {
    case pod_phase::pending:
      return "Pending";
    case pod_phase::running:
      return "Running";
    case pod_phase::succeeded:
      return "Succeeded";
    case pod_phase::failed:
      return "Failed";
    case pod_phase::unknown:
      break;
  }
  return "Unknown";
}

/// Succeeded and Failed: no container of the pod will run again.
constexpr bool is_finished(pod_phase phase) { return phase == pod_phase::succeeded || phase == pod_phase::failed; }

/// A pod's Ready condition.
struct ready_condition {
  bool is_ready = false;
  time_point last_transition{};
};

/// Kubernetes: Ready, and min_ready == 0 or ready.last_transition + min_ready <= now. A pod that becomes unready loses
/// its age.
inline bool is_available(std::optional<ready_condition> const& ready, nanoseconds min_ready, time_point now) {
  if (!ready || !ready->is_ready) return false;
  return min_ready == nanoseconds{0} || ready->last_transition + min_ready <= now;
}

}  // namespace holdfast::cluster
