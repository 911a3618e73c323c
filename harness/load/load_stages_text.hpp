#pragma once

#include <string_view>
#include <variant>
#include <vector>

#include "core/diagnostic.hpp"
#include "core/result.hpp"
#include "load/closed_loop_plan.hpp"
#include "load/rate_curve.hpp"

namespace holdfast::load {

using stage_list = std::variant<std::vector<rate_stage>, std::vector<user_stage>>;

/// "30s:100/s,1m:500/s,10s:500/s..0/s": each stage `duration:level`, which holds that level, or `duration:from..to`,
/// which goes from one to the other linearly. Levels are rates (open loop) or numbers of users (closed loop, "30s:10"),
/// the same kind in all stages. A level of zero is a pause; the whole may not be one.
result<stage_list, diagnostics> parse_stages(std::string_view text);

struct spike_shape {
  request_rate base;
  request_rate peak;
  nanoseconds at{};
  nanoseconds length{};
};

/// "100/s,1000/s,20s,5s": base rate, peak rate, start of the spike, length of the spike.
result<spike_shape, diagnostics> parse_spike(std::string_view text);

/// "none", "200ms" (constant), "100ms..300ms" (uniform), "exponential:200ms" (of that mean).
result<think_law, diagnostics> parse_think(std::string_view text);

/// A rate within what can be scheduled; zero is one.
result<request_rate, unit_error> parse_offered_rate(std::string_view text);

/// A duration of a year at most; zero is one.
result<nanoseconds, unit_error> parse_run_time(std::string_view text);

/// A number of users within bounds; zero is one.
result<std::uint32_t, unit_error> parse_users(std::string_view text);

/// A problem with what was given on the command line.
diagnostic option_problem(std::string_view option, std::string_view value, std::string_view problem,
                          std::string_view fix);

}  // namespace holdfast::load
