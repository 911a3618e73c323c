#pragma once

#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/timeline_event.hpp"

namespace holdfast::experiment {

/// Where everything that is seen or done goes: puts the run's clock and the present arm on it, and tells it to those
/// who listen. One thread.
class timeline {
 public:
  using listener = std::function<void(timeline_event const&)>;

  explicit timeline(time_point start) : start_{start} {}

  time_point start() const { return start_; }
  void set_arm(std::string name) { arm_ = std::move(name); }
  /// Called for each event from now on, in the order of listening. May not add events itself.
  void listen(listener to) { listeners_.push_back(std::move(to)); }

  /// @param event  all but its time and arm
  void add(time_point at, timeline_event event);
  void add_all(time_point at, std::vector<timeline_event> events);

  /// A time as details hold it.
  double seconds_at(time_point at) const { return in_seconds(at - start_); }

 private:
  time_point start_;
  std::string arm_;
  std::vector<listener> listeners_;
};

}  // namespace holdfast::experiment
