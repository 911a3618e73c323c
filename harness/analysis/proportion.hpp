#pragma once

#include <cstdint>
#include <optional>

namespace holdfast::analysis {

/// A share of independent trials with its 95 % interval.
struct proportion {
  double value = 0;
  double lower = 0;
  double upper = 0;
};

/// `part` of `whole`. Without a single case on one side the bound on that side is the rule of three, 3/n (Hanley and
/// Lippman-Hand 1983); otherwise the score interval with z = 1.96 (Wilson 1927). The trials of one outage are not
/// independent: across outages compare runs, not requests.
/// @param part  not above `whole`
/// @return none of zero trials
std::optional<proportion> proportion_of(std::uint64_t part, std::uint64_t whole);

/// `first` - `second` with the 95 % interval from the score intervals of both (Newcombe 1998, method 10; sides without
/// a case use the score interval, too).
/// @return none when either has no trials
std::optional<proportion> difference_of(std::uint64_t first_part, std::uint64_t first_whole, std::uint64_t second_part,
                                        std::uint64_t second_whole);

/// Trials without a failure that are needed until the upper bound of the failure rate is at most `rate` (3/n <= rate).
/// @param rate  above 0
std::uint64_t trials_to_show(double rate);

}  // namespace holdfast::analysis
