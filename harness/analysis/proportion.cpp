#include "analysis/proportion.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace holdfast::analysis {
namespace {

constexpr double z95 = 1.959963984540054;  // 97.5th percentile of the standard normal distribution

proportion score_interval(double part, double whole) {
  auto const share = part / whole;
  auto const z2 = z95 * z95;
  auto const centre = (part + z2 / 2) / (whole + z2);
  auto const half = z95 / (whole + z2) * std::sqrt(part * (whole - part) / whole + z2 / 4);
  return {.value = share, .lower = std::max(centre - half, 0.0), .upper = std::min(centre + half, 1.0)};
}

}  // namespace

std::optional<proportion> proportion_of(std::uint64_t part, std::uint64_t whole) {
  assert(part <= whole && "a part is not more than the whole");
  if (whole == 0) return std::nullopt;
  auto const n = static_cast<double>(whole);
  if (part == 0) return proportion{.value = 0, .lower = 0, .upper = std::min(3 / n, 1.0)};
  if (part == whole) return proportion{.value = 1, .lower = std::max(1 - 3 / n, 0.0), .upper = 1};
  return score_interval(static_cast<double>(part), n);
}

std::optional<proportion> difference_of(std::uint64_t first_part, std::uint64_t first_whole, std::uint64_t second_part,
                                        std::uint64_t second_whole) {
  if (first_whole == 0 || second_whole == 0) return std::nullopt;
  auto const a = score_interval(static_cast<double>(first_part), static_cast<double>(first_whole));
  auto const b = score_interval(static_cast<double>(second_part), static_cast<double>(second_whole));
  auto const difference = a.value - b.value;
  return proportion{.value = difference,
                    .lower = difference - std::hypot(a.value - a.lower, b.upper - b.value),
                    .upper = difference + std::hypot(a.upper - a.value, b.value - b.lower)};
}

std::uint64_t trials_to_show(double rate) {
  assert(rate > 0 && "no number of trials shows that nothing ever fails");
  // A thousandth less than one too many: 3 / 0.0001 is 30000.000000000004 in doubles.
  return static_cast<std::uint64_t>(std::ceil(3 / rate - 1e-3));
}

}  // namespace holdfast::analysis
