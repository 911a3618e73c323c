#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cluster/control/explanation.hpp"
#include "core/units.hpp"

namespace holdfast::cluster {

/// Delays between restarts. Kubernetes: 10 s doubling to 300 s; forgotten when a container ran longer than 600 s.
struct backoff_settings {
  std::chrono::seconds initial{10};
  std::chrono::seconds cap{300};
  std::chrono::seconds reset{600};  ///< does not change with the others
};

/// The cap may be 1 s to 300 s, the initial delay 1 s to the cap.
std::vector<unit_error> problems_of(backoff_settings const& settings);

struct restart_decision {
  bool starts_now = false;
  time_point start_at{};  ///< when it may start; now when it starts now
  explanation why{};      ///< when waiting: the text of the state Waiting, reason CrashLoopBackOff
};

/// Remembers a delay for each key. Kubernetes: on an attempt to start a container that exited at E: entry there, E -
/// last <= reset and now - E < delay: wait; otherwise the delay becomes initial (no entry, or E - last > reset) or
/// min(2 * delay, cap), last = now, and it starts. So the first restart is immediate.
class crash_loop_backoff {
 public:
  explicit crash_loop_backoff(backoff_settings settings = {}) : settings_{settings} {}

  /// @param key  pod, container, image and resources: another image starts anew
  restart_decision attempt(std::string const& key, time_point exited_at, time_point now);

  /// A pod is gone: its keys begin with `prefix`.
  void forget(std::string const& prefix);

  std::size_t size() const { return entries_.size(); }

 private:
  struct entry {
    std::chrono::seconds delay{};
    time_point last{};
  };
  backoff_settings settings_;
  std::map<std::string, entry> entries_{};
};

}  // namespace holdfast::cluster
