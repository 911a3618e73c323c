#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "experiment/profile.hpp"

namespace holdfast::experiment {

enum class step_kind : std::uint8_t {
  load_begin,
  phase_begin,
  action_begin,
  action_end,  ///< of a fault or pause with "for"
  load_end,
};

/// Something that is due at a time after the load's first request.
struct timed_step {
  nanoseconds at{};
  step_kind kind{};
  std::uint32_t index = 0;  ///< of the phase or the action in the profile
  std::uint32_t turn = 0;   ///< of an action with "times", from 0
  friend bool operator==(timed_step const&, timed_step const&) = default;
};

/// One arm, once.
struct arm_run {
  std::uint32_t arm = 0;         ///< its index in the profile
  std::uint32_t repetition = 0;  ///< from 0
  std::uint64_t seed = 1;        ///< of its load and its random choices: the same for all arms of a repetition
  friend bool operator==(arm_run const&, arm_run const&) = default;
};

/// What a run of the profile does, in order. Every arm gets the same steps.
struct plan {
  std::vector<arm_run> runs;           ///< arms in their order; in every second repetition in the opposite one
  std::vector<timed_step> steps;       ///< by time; the load's end last, if its time is known
  std::vector<std::uint32_t> waiting;  ///< actions that wait for a condition
};

plan make_plan(profile const& what);

/// The plan as a timeline for people, each line ended.
std::string to_text(plan const& made, profile const& what);

}  // namespace holdfast::experiment
