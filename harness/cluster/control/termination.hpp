#pragma once

#include <optional>
#include <span>
#include <vector>

#include "cluster/control/explanation.hpp"
#include "cluster/control/pod_state.hpp"

namespace holdfast::cluster {

enum class termination_action { wait, run_pre_stop, send_term, send_kill };

struct termination_step {
  termination_action action = termination_action::wait;
  std::optional<time_point> until{};  ///< when waiting: look again then, or when something happens
  explanation why{};
};

/// How one container ends. Kubernetes: preStop (if any and grace > 0), at most until the grace period is over; SIGTERM;
/// SIGKILL after max(grace - time used by preStop, 2 s). The caller carries out each step that next() returns and tells
/// when preStop has returned; after the container has stopped it does not ask again.
class termination {
 public:
  termination(time_point begin, std::chrono::seconds grace, bool has_pre_stop)
      : begin_{begin}, grace_{grace}, needs_pre_stop_{has_pre_stop} {}

  termination_step next(time_point now);

  void pre_stop_returned() { is_in_pre_stop_ = false; }

  /// Another deletion. It can shorten the grace period, never lengthen it.
  void shorten(std::chrono::seconds grace);

 private:
  time_point kill_time() const;

  time_point begin_;
  std::chrono::seconds grace_;
  bool needs_pre_stop_;
  bool is_in_pre_stop_ = false;
  std::optional<time_point> term_sent_{};
  bool is_kill_sent_ = false;
};

/// The last phase of a pod all of whose containers have stopped: Succeeded when all exited with 0, else Failed.
pod_phase final_phase(std::span<int const> exit_codes);

}  // namespace holdfast::cluster
