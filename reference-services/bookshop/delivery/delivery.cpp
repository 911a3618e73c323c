#include "bookshop/delivery/delivery.hpp"

#include <algorithm>

namespace holdfast::bookshop {

namespace {

constexpr std::int64_t shortest_pause_ms = 10;
constexpr std::int64_t longest_pause_ms = 500;  // other replicas may have left something behind

}  // namespace

std::int64_t remaining_ms(std::int64_t started_ms, std::int64_t delay_ms, std::int64_t now_ms) {
  if (now_ms < started_ms) return 0;
  return std::max<std::int64_t>(0, delay_ms - (now_ms - started_ms));
}

std::int64_t pause_ms(std::optional<std::int64_t> next_ms, std::int64_t delay_ms) {
  auto const wanted = std::min(next_ms.value_or(longest_pause_ms), delay_ms > 0 ? delay_ms : longest_pause_ms);
  return std::clamp(wanted, shortest_pause_ms, longest_pause_ms);
}

}  // namespace holdfast::bookshop
