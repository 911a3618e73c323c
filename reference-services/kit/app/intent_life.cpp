#include "kit/app/intent_life.hpp"

#include <chrono>

#include "kit/app/configuration.hpp"

namespace holdfast::kit {

nanoseconds intent_life(configuration const& config) {
  using namespace std::chrono_literals;
  constexpr nanoseconds without_breaker = 70s;  // connect 10 s and read 60 s
  constexpr nanoseconds slowest_commit = 2s;
  bool const has_breaker = config.text("CB_ENABLED") == "on";
  return (has_breaker ? config.duration("CB_TIMEOUT_MS") : without_breaker) + slowest_commit;
}

}  // namespace holdfast::kit
