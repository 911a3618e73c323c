#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/units.hpp"

namespace holdfast::cluster {

/// An amount of a resource or of a metric in thousandths of its unit, as the autoscaler reckons: "250m" CPU is 250,
/// "64Mi" of memory is 67,108,864,000. Whole thousandths between about -9.2e15 and 9.2e15 units.
class quantity {
 public:
  constexpr quantity() = default;
  static constexpr quantity from_milli(std::int64_t thousandths) { return quantity{thousandths}; }
  constexpr std::int64_t milli() const { return milli_; }
  friend auto operator<=>(quantity, quantity) = default;

 private:
  explicit constexpr quantity(std::int64_t milli) : milli_{milli} {}
  std::int64_t milli_ = 0;
};

/// Kubernetes: a sign, digits with at most one point, then one of n u m k M G T P E, Ki Mi Gi Ti Pi Ei or an exponent
/// ("1e3"). Amounts finer than a thousandth are rounded away from zero, as Kubernetes does when it reckons in
/// thousandths. Too large an amount is refused, never cut.
result<quantity, unit_error> parse_quantity(std::string_view text);

/// Shortest exact decimal form with the largest fitting suffix: "250m", "1500m", "2", "20k".
std::string decimal_text(quantity amount);

/// The same with binary suffixes where they are exact: "64Mi", "1536"; below one whole unit as decimal_text.
std::string binary_text(quantity amount);

}  // namespace holdfast::cluster
