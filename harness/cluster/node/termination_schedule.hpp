#pragma once

#include <optional>

#include "core/clock.hpp"

namespace holdfast::cluster {

enum class pre_stop_hook { none, present };

enum class termination_step {
  wait,            ///< until next_at() or an event
  begin_pre_stop,  ///< start the hook
  terminate,       ///< SIGTERM to the main process; a hook that still runs is abandoned
  kill,            ///< SIGKILL to all that is left
};

/// When a container is asked to end and when it is killed. As Kubernetes: the hook's time counts as part of the grace
/// period, and SIGKILL follows SIGTERM after what is left of it, but not sooner than `floor` (2 s in the kubelet). With
/// a grace of 0 there is no hook.
class termination_schedule {
 public:
  termination_schedule(time_point asked, nanoseconds grace, pre_stop_hook hook,
                       nanoseconds floor = std::chrono::seconds{2});

  /// What to do now; ask again after having done it, until it says wait.
  termination_step next(time_point now);
  /// When next() will have something to do of itself; nullopt when all is done.
  std::optional<time_point> next_at() const;

  void pre_stop_ended();
  /// A second request: it can bring the end nearer, never further away.
  void shorten(time_point now, nanoseconds grace);

 private:
  enum class stage { asked, in_pre_stop, before_term, after_term, killed };
  time_point end_;  ///< of the grace period
  time_point kill_at_{};
  nanoseconds floor_;
  bool has_hook_;
  stage stage_ = stage::asked;
};

}  // namespace holdfast::cluster
