#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "core/clock.hpp"
#include "core/random.hpp"

namespace holdfast::load {

struct no_think {
  friend bool operator==(no_think, no_think) = default;
};
struct constant_think {
  nanoseconds length{};
  friend bool operator==(constant_think, constant_think) = default;
};
/// Every length in [shortest, longest] equally likely.
struct uniform_think {
  nanoseconds shortest{}, longest{};
  friend bool operator==(uniform_think, uniform_think) = default;
};
/// Memoryless; cut off nowhere.
struct exponential_think {
  nanoseconds mean{};
  friend bool operator==(exponential_think, exponential_think) = default;
};

/// How long a user thinks between an answer and the next request.
using think_law = std::variant<no_think, constant_think, uniform_think, exponential_think>;

nanoseconds draw(think_law const& law, random_engine& random);

/// A part of a closed loop in which the number of users goes linearly, in whole users, from one value to another.
struct user_stage {
  nanoseconds duration{};
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  friend bool operator==(user_stage, user_stage) = default;
};

/// Closed loop: how many users there are when, and when they stop. Users are numbered from 0; user i is there whenever
/// more than i users are: the first to come is the last to go.
struct closed_loop_plan {
  std::uint32_t users = 1;         ///< without stages
  nanoseconds ramp{};              ///< without stages: user i starts at ramp * i / users
  std::vector<user_stage> stages;  ///< when not empty, instead of users and ramp
  think_law think = no_think{};
  std::optional<std::uint64_t> iterations_per_user;  ///< a user with so many is done
  std::optional<std::uint64_t> requests;             ///< of all users together
  std::optional<nanoseconds> duration;               ///< of the whole run; with stages their sum
};

/// The most users there are at any time: what to make room for.
std::uint32_t peak_users(closed_loop_plan const& plan);

/// Users that are there at that offset from the start of the run. None from the duration on.
std::uint32_t active_users_at(closed_loop_plan const& plan, nanoseconds offset);

/// The first time at or after `from` at which user `user` is there, or nothing when it does not come (again).
std::optional<nanoseconds> active_from(closed_loop_plan const& plan, std::uint32_t user, nanoseconds from);

/// When user `user` first comes. Nothing when it never does.
std::optional<nanoseconds> start_offset(closed_loop_plan const& plan, std::uint32_t user);

/// Part `index` of `total` things dealt out one by one to `count` takers: exact, the parts differ by one at most.
std::uint64_t dealt_share(std::uint64_t total, std::uint32_t index, std::uint32_t count);

/// Users of a shard: those whose number is `index` modulo `count`.
std::uint32_t users_of_shard(closed_loop_plan const& plan, std::uint32_t index, std::uint32_t count);

/// A shard's part of the plan's request budget, in proportion to its users, so that no shard without users is given
/// requests. The parts add up to the budget exactly. Nothing when the plan has no budget.
std::optional<std::uint64_t> requests_of_shard(closed_loop_plan const& plan, std::uint32_t index, std::uint32_t count);

}  // namespace holdfast::load
