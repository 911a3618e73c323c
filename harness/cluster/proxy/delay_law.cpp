#include "cluster/proxy/delay_law.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace holdfast::cluster {
namespace {

double lognormal_draw(double mean, double deviation, random_engine& random) {
  // E = exp(mu + s^2/2) and Var = (exp(s^2) - 1) E^2, solved for mu and s.
  auto const variance = std::log1p(deviation * deviation / (mean * mean));
  return std::exp(std::log(mean) - variance / 2 + std::sqrt(variance) * random.normal());
}

double pareto_draw(double mean, double deviation, random_engine& random) {
  // E = a m / (a - 1) and Var = E^2 / (a (a - 2)), solved for the shape a and the minimum m.
  auto const shape = 1 + std::sqrt(1 + mean * mean / (deviation * deviation));
  auto const least = mean * (shape - 1) / shape;
  return least * std::pow(1 - random.uniform(), -1 / shape);
}

double drawn_seconds(delay_law const& law, random_engine& random) {
  auto const mean = in_seconds(law.mean);
  auto const jitter = in_seconds(law.jitter);
  if (mean <= 0 || jitter <= 0) return mean;
  switch (law.shape) {
    case delay_shape::constant:
      return mean;
    case delay_shape::uniform:
      return mean + jitter * (2 * random.uniform() - 1);
    case delay_shape::normal:
      return mean + jitter * random.normal();
    case delay_shape::lognormal:
      return lognormal_draw(mean, jitter, random);
    case delay_shape::pareto:
      return pareto_draw(mean, jitter, random);
  }
  return mean;
}

}  // namespace

std::span<std::string_view const> delay_shape_names() {
  static constexpr std::array<std::string_view, 5> names{"constant", "uniform", "normal", "lognormal", "pareto"};
  return names;
}

nanoseconds draw(delay_law const& law, random_engine& random) {
  return from_seconds(std::clamp(drawn_seconds(law, random), 0.0, 3600.0));
}

}  // namespace holdfast::cluster
