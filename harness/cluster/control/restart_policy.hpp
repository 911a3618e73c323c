#pragma once

#include <optional>

namespace holdfast::cluster {

enum class restart_policy { always, on_failure, never };

/// A container as its runtime knows it.
enum class container_state { never_ran, created, running, exited, unknown };

struct restart_view {
  bool is_pod_deleted = false;
  container_state state = container_state::never_ran;
  int exit_code = 0;  ///< when exited; 128 + n after signal n
};

/// Kubernetes, in order: pod deleted: no; never ran: yes; running: no; unknown or created: yes; Never: no; OnFailure
/// and exit code 0: no; otherwise yes.
constexpr bool should_start(restart_view const& view, restart_policy policy) {
  if (view.is_pod_deleted) return false;
  if (view.state == container_state::never_ran) return true;
  if (view.state == container_state::running) return false;
  if (view.state != container_state::exited) return true;
  if (policy == restart_policy::never) return false;
  return policy == restart_policy::always || view.exit_code != 0;
}

}  // namespace holdfast::cluster
