#include "cluster/proxy/delay_law.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace holdfast::cluster {
namespace {

using namespace std::chrono_literals;

TEST(DelayLaw, HasTheMeanAndTheDeviationThatWereAskedFor) {
  struct law_case {
    char const* claim;
    delay_law law;
    double deviation_ms;
  };
  for (auto const& c :
       {law_case{"constant never strays", {delay_shape::constant, 100ms, 0ms}, 0},
        law_case{"the jitter of uniform is half its width", {delay_shape::uniform, 100ms, 20ms}, 20 / std::sqrt(3.0)},
        law_case{"normal", {delay_shape::normal, 100ms, 10ms}, 10},
        law_case{"lognormal", {delay_shape::lognormal, 100ms, 30ms}, 30},
        law_case{"pareto", {delay_shape::pareto, 100ms, 20ms}, 20}}) {
    SCOPED_TRACE(c.claim);
    random_engine random{11};
    double sum = 0;
    double squares = 0;
    constexpr int draws = 200'000;
    for (int i = 0; i < draws; ++i) {
      auto const ms = 1e3 * in_seconds(draw(c.law, random));
      sum += ms;
      squares += (ms - 100) * (ms - 100);
    }
    EXPECT_NEAR(sum / draws, 100, 0.3);
    EXPECT_NEAR(std::sqrt(squares / draws), c.deviation_ms, 0.05 * c.deviation_ms + 1e-6);
  }
}

TEST(DelayLaw, StaysWithinItsBounds) {
  random_engine random{3};
  for (int i = 0; i < 10'000; ++i) {
    EXPECT_GE(draw({delay_shape::normal, 1ms, 10ms}, random), 0ns);
    EXPECT_LE(draw({delay_shape::pareto, 1min, 10h}, random), 1h);
    auto const even = draw({delay_shape::uniform, 10ms, 4ms}, random);
    EXPECT_TRUE(even >= 6ms && even <= 14ms);
  }
}

TEST(DelayLaw, RepeatsItselfWithTheSameSeedOnly) {
  delay_law const law{delay_shape::normal, 100ms, 10ms};
  random_engine one{1};
  random_engine same{1};
  random_engine other{2};
  auto const first = draw(law, one);
  EXPECT_EQ(first, draw(law, same));
  EXPECT_NE(first, draw(law, other));
}

}  // namespace
}  // namespace holdfast::cluster
