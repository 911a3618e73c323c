#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "cluster/local/prometheus_text.hpp"
#include "core/timeline_event.hpp"

namespace holdfast::experiment {

/// The gauge by which a service tells the states of its breakers, and the counter of the times that each opened. What
/// tells breakers apart is the label "client": whom they guard the calls to.
inline constexpr char const* breaker_state_metric = "holdfast_breaker_state";  // 0 closed, 1 half-open, 2 open
inline constexpr char const* breaker_opened_metric = "holdfast_breaker_opened_total";
inline constexpr char const* breaker_label = "client";

/// Makes what one pod's breakers tell of themselves, look after look, into changes of their states. A breaker that is
/// seen for the first time is told unless it is closed. One that opened and closed again between two looks is told by
/// its new count of openings.
class breaker_states {
 public:
  /// @param values   the two metrics above; values that are no state are passed over
  /// @param last_look_s  when the pod was asked before, in seconds since the run began: what is new happened since then
  std::vector<timeline_event> seen(std::string const& pod, std::string const& caller,
                                   std::span<cluster::labelled_value const> values, double last_look_s);

 private:
  struct known_breaker {
    std::string state = "closed";
    std::uint64_t opened = 0;
  };
  std::map<std::string, known_breaker> breakers_;  // by callee
};

}  // namespace holdfast::experiment
