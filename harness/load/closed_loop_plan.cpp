#include "load/closed_loop_plan.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace holdfast::load {
namespace {

__extension__ using wide = unsigned __int128;  // ten years in nanoseconds times a million users

struct draw_from {
  random_engine& random;
  nanoseconds operator()(no_think) const { return nanoseconds{0}; }
  nanoseconds operator()(constant_think law) const { return law.length; }
  nanoseconds operator()(uniform_think law) const {
    return nanoseconds{random.between(law.shortest.count(), law.longest.count())};
  }
  nanoseconds operator()(exponential_think law) const {
    if (law.mean <= nanoseconds{0}) return nanoseconds{0};
    return from_seconds(random.exponential(in_seconds(law.mean)));
  }
};

std::uint64_t product_quotient(std::uint64_t a, std::uint64_t b, std::uint64_t divisor) {
  return static_cast<std::uint64_t>(wide{a} * b / divisor);
}

std::uint64_t count_of(nanoseconds d) { return static_cast<std::uint64_t>(d.count()); }

/// Time into a stage at which the k-th of `steps` even steps is done, rounded up to a nanosecond; step 0 is at its
/// begin.
nanoseconds time_of_step(nanoseconds duration, std::uint64_t k, std::uint64_t steps) {
  auto const exact = wide{count_of(duration)} * k;
  return nanoseconds{static_cast<nanoseconds::rep>((exact + steps - 1) / steps)};
}

/// Steps done `into` a stage: the largest k with time_of_step(k) <= into.
std::uint64_t steps_until(nanoseconds into, nanoseconds duration, std::uint64_t steps) {
  return product_quotient(count_of(into), steps, count_of(duration));
}

std::uint32_t users_in(user_stage const& stage, nanoseconds into) {
  if (stage.to >= stage.from) {
    return stage.from + static_cast<std::uint32_t>(steps_until(into, stage.duration, stage.to - stage.from));
  }
  return stage.from - static_cast<std::uint32_t>(steps_until(into, stage.duration, stage.from - stage.to));
}

/// Time into the stage at or after `into` at which user `user` is there.
std::optional<nanoseconds> active_in(user_stage const& stage, std::uint32_t user, nanoseconds into) {
  if (into >= stage.duration) return std::nullopt;
  if (users_in(stage, into) > user) return into;
  if (stage.to <= user) return std::nullopt;  // falling, or not rising far enough
  auto const comes = time_of_step(stage.duration, user + 1 - stage.from, stage.to - stage.from);
  return comes < stage.duration ? std::optional{comes} : std::nullopt;
}

std::optional<nanoseconds> active_in_stages(std::vector<user_stage> const& stages, std::uint32_t user,
                                            nanoseconds from) {
  nanoseconds begin{0};
  for (auto const& stage : stages) {
    if (auto const into = active_in(stage, user, std::max(from - begin, nanoseconds{0}))) return begin + *into;
    begin += stage.duration;
  }
  return std::nullopt;
}

bool is_over(closed_loop_plan const& plan, nanoseconds offset) { return plan.duration && offset >= *plan.duration; }

}  // namespace

nanoseconds draw(think_law const& law, random_engine& random) { return std::visit(draw_from{random}, law); }

std::uint32_t peak_users(closed_loop_plan const& plan) {
  if (plan.stages.empty()) return plan.users;
  std::uint32_t peak = 0;
  for (auto const& stage : plan.stages) peak = std::max({peak, stage.from, stage.to});
  return peak;
}

std::uint32_t active_users_at(closed_loop_plan const& plan, nanoseconds offset) {
  if (offset < nanoseconds{0} || is_over(plan, offset)) return 0;
  if (plan.stages.empty()) {
    if (offset >= plan.ramp) return plan.users;
    return static_cast<std::uint32_t>(steps_until(offset, plan.ramp, plan.users)) + 1;  // user 0 starts at once
  }
  for (auto const& stage : plan.stages) {
    if (offset < stage.duration) return users_in(stage, offset);
    offset -= stage.duration;
  }
  return 0;
}

std::optional<nanoseconds> active_from(closed_loop_plan const& plan, std::uint32_t user, nanoseconds from) {
  std::optional<nanoseconds> comes;
  if (!plan.stages.empty()) {
    comes = active_in_stages(plan.stages, user, from);
  } else if (user < plan.users) {
    comes = std::max(from, time_of_step(plan.ramp, user, plan.users));
  }
  if (comes && is_over(plan, *comes)) return std::nullopt;
  return comes;
}

std::optional<nanoseconds> start_offset(closed_loop_plan const& plan, std::uint32_t user) {
  return active_from(plan, user, nanoseconds{0});
}

std::uint64_t dealt_share(std::uint64_t total, std::uint32_t index, std::uint32_t count) {
  assert(index < count && "takers are numbered from 0");
  return total / count + (index < total % count ? 1 : 0);
}

std::uint32_t users_of_shard(closed_loop_plan const& plan, std::uint32_t index, std::uint32_t count) {
  return static_cast<std::uint32_t>(dealt_share(peak_users(plan), index, count));
}

std::optional<std::uint64_t> requests_of_shard(closed_loop_plan const& plan, std::uint32_t index, std::uint32_t count) {
  if (!plan.requests) return std::nullopt;
  auto const users = peak_users(plan);
  if (users == 0) return 0;
  std::uint64_t before = 0;
  for (std::uint32_t i = 0; i < index; ++i) before += users_of_shard(plan, i, count);
  auto const after = before + users_of_shard(plan, index, count);
  return product_quotient(*plan.requests, after, users) - product_quotient(*plan.requests, before, users);
}

}  // namespace holdfast::load
