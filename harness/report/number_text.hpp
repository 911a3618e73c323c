#pragma once

#include <cstdint>
#include <string>

#include "core/clock.hpp"
#include "stats/censored_distribution.hpp"

namespace holdfast::report {

/// A measured time with the digits that its histogram supports: whole microseconds below 1 ms, else three digits.
std::string latency_text(nanoseconds time);

/// The same for a figure that may be known only as "at least": "> 30.0 s".
std::string latency_text(stats::quantile_value const& time);

/// "12.3 %": `part` of `whole` with the decimals that the number of cases supports (one of 40 is 2 %, not 2.50 %).
/// Never 0 % or 100 % unless it is exactly that: "< 0.001 %", "> 99.999 %".
std::string share_text(std::uint64_t part, std::uint64_t whole);

/// How large a share may still be of which `cases` cases showed none: 3/n, the 95 % bound (rule of three).
std::string unseen_share_text(std::uint64_t cases);

/// "2024-05-01T12:00:00.250Z".
std::string utc_text(wall_time time);

}  // namespace holdfast::report
