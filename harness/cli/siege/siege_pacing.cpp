#include "cli/siege/siege_pacing.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace holdfast::cli {

using namespace std::chrono_literals;

nanoseconds draw_siege_delay(nanoseconds delay, random_engine& random) {
  if (delay <= 0ns) return 0ns;
  if (delay <= 1s) {
    auto const shortest = std::min<nanoseconds>(1ms, delay);
    return nanoseconds{random.between(shortest.count(), delay.count())};
  }
  return std::chrono::seconds{std::llround(random.uniform() * in_seconds(delay))};
}

siege_url_order::siege_url_order(siege_settings const& settings, std::uint64_t user, std::uint64_t urls)
    : urls_{urls}, left_{settings.reps}, internet_{settings.internet} {
  if (settings.once) {
    left_ = urls;
  } else {
    at_ = user * (urls / settings.concurrent) % urls;
  }
}

std::optional<std::uint64_t> siege_url_order::next(random_engine& random) {
  if (is_done()) return std::nullopt;
  if (left_) --*left_;
  if (internet_) return random.below(urls_);
  auto const chosen = at_;
  at_ = (at_ + 1) % urls_;
  return chosen;
}

}  // namespace holdfast::cli
