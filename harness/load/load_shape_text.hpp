#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/diagnostic.hpp"
#include "core/result.hpp"
#include "load/arrival_schedule.hpp"
#include "load/closed_loop_plan.hpp"
#include "load/replay_file.hpp"

namespace holdfast::load {

/// The options that say how much load there is and when, as they were written. Nothing where one was not given.
struct load_shape_texts {
  std::optional<std::string> users;         ///< -c: closed loop only; an open loop reads it as its connections
  std::optional<std::string> duration;      ///< -d "30s"
  std::optional<std::string> requests;      ///< -n "1000", of all users together
  std::optional<std::string> iterations;    ///< --iterations "10", of each user
  std::optional<std::string> think;         ///< --think, see parse_think()
  std::optional<std::string> rate;          ///< --rate "500/s": makes it an open loop
  std::optional<std::string> ramp;          ///< --ramp "10s": users come in, or the rate rises from 0, over that time
  std::optional<std::string> stages;        ///< --stages, see parse_stages()
  std::optional<std::string> spike;         ///< --spike, see parse_spike()
  std::optional<std::string> replay;        ///< --replay FILE, see parse_replay()
  std::optional<std::string> replay_speed;  ///< --replay-speed "2"
  bool poisson = false;                     ///< --poisson
  std::uint64_t seed = 1;
};

// What a load is that names neither: without a word about its length, or about its users.
inline constexpr nanoseconds default_duration = std::chrono::seconds{10};
inline constexpr std::uint32_t default_users = 10;

/// An open or a closed loop, complete and valid.
using load_shape = std::variant<arrival_schedule, closed_loop_plan>;

using replay_reader = std::function<result<std::vector<nanoseconds>, diagnostics>(std::string const& file)>;

/// The load that the options describe, or everything that is wrong with them: each value alone, then how they go
/// together. No option is left unused silently, except -c in an open loop.
result<load_shape, diagnostics> parse_load_shape(load_shape_texts const& texts,
                                                 replay_reader const& read_replay = read_replay_file);

}  // namespace holdfast::load
