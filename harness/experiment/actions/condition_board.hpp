#pragma once

#include <list>
#include <map>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "core/timeline_event.hpp"
#include "experiment/profile_condition.hpp"

namespace holdfast::experiment {

/// Whether a condition has come true for one who waits: looks at the events since then, and for counts of replicas at
/// the last one before. A state machine.
class awaited_condition {
 public:
  /// @param last_replicas  of the condition's Deployment; null when none was told
  awaited_condition(condition what, timeline_event const* last_replicas)
      : what_{std::move(what)},
        is_met_{what_.replicas && last_replicas != nullptr && is_met_by(what_, *last_replicas)} {}

  /// @return  whether it is met by now
  bool note(timeline_event const& event) {
    is_met_ = is_met_ || is_met_by(what_, event);
    return is_met_;
  }
  bool is_met() const { return is_met_; }

 private:
  condition what_;
  bool is_met_;
};

/// Wakes those who wait for conditions. Listens to a timeline; the loop's thread only.
class condition_board {
 public:
  explicit condition_board(boost::asio::any_io_executor executor) : executor_{std::move(executor)} {}

  void note(timeline_event const& event);
  /// @return  false when it was not met until then
  boost::asio::awaitable<bool> met(condition const& what, std::optional<time_point> until);

 private:
  struct waiter {
    awaited_condition awaited;
    boost::asio::steady_timer timer;
  };

  boost::asio::any_io_executor executor_;
  std::list<waiter> waiters_;
  std::map<std::string, timeline_event> replicas_;  // the last of each Deployment
};

}  // namespace holdfast::experiment
