#include "target/latency_law.hpp"

#include <algorithm>
#include <cmath>

#include <boost/math/special_functions/erf.hpp>

namespace holdfast::target {
namespace {

constexpr nanoseconds longest = std::chrono::hours{24};

nanoseconds bounded(double ns) {
  if (!(ns > 0)) return nanoseconds{0};
  auto const most = static_cast<double>(longest.count());
  return ns < most ? nanoseconds{static_cast<nanoseconds::rep>(std::llround(ns))} : longest;
}

double interpolate(nanoseconds from, nanoseconds to, double share) {
  return static_cast<double>(from.count()) + static_cast<double>((to - from).count()) * share;
}

/// Inverse of the standard normal distribution function, for q in (0, 1).
double normal_quantile(double q) { return -std::sqrt(2.0) * boost::math::erfc_inv(2 * q); }

struct drawing {
  nanoseconds since_start;
  random_engine& random;

  nanoseconds operator()(constant_law const& law) const { return law.value; }
  nanoseconds operator()(uniform_law const& law) const {
    return nanoseconds{random.between(law.least.count(), law.most.count())};
  }
  nanoseconds operator()(lognormal_law const& law) const {
    return bounded(static_cast<double>(law.median.count()) * std::exp(law.sigma * random.normal()));
  }
  nanoseconds operator()(bimodal_law const& law) const {
    return random.uniform() < law.slow_probability ? law.slow : law.fast;
  }
  nanoseconds operator()(drift_law const& law) const {
    auto const share = std::clamp(in_seconds(since_start) / in_seconds(law.over), 0.0, 1.0);
    return bounded(interpolate(law.from, law.to, share));
  }
};

struct quantile_at {
  double q;

  std::optional<nanoseconds> operator()(constant_law const& law) const { return law.value; }
  std::optional<nanoseconds> operator()(uniform_law const& law) const {
    return bounded(interpolate(law.least, law.most, q));
  }
  std::optional<nanoseconds> operator()(lognormal_law const& law) const {
    if (q <= 0) return nanoseconds{0};
    if (q >= 1) return std::nullopt;
    return bounded(static_cast<double>(law.median.count()) * std::exp(law.sigma * normal_quantile(q)));
  }
  std::optional<nanoseconds> operator()(bimodal_law const& law) const {
    auto const slow_is_more = law.slow >= law.fast;
    auto const share_of_less = slow_is_more ? 1 - law.slow_probability : law.slow_probability;
    return q <= share_of_less ? std::min(law.fast, law.slow) : std::max(law.fast, law.slow);
  }
  std::optional<nanoseconds> operator()(drift_law const&) const { return std::nullopt; }
};

}  // namespace

nanoseconds draw(latency_law const& law, nanoseconds since_start, random_engine& random) {
  return std::visit(drawing{since_start, random}, law);
}

std::optional<nanoseconds> true_quantile(latency_law const& law, double q) { return std::visit(quantile_at{q}, law); }

bool time_windows::contains(nanoseconds since_start) const {
  return since_start >= first && (since_start - first) % every < length;
}

nanoseconds time_windows::release(nanoseconds since_start) const {
  if (!contains(since_start)) return since_start;
  return since_start + length - (since_start - first) % every;
}

nanoseconds time_windows::next_start(nanoseconds since_start) const {
  if (since_start <= first) return first;
  auto const into = (since_start - first) % every;
  return into == nanoseconds{0} ? since_start : since_start + every - into;
}

nanoseconds latency_plan::due(nanoseconds arrival, random_engine& random) const {
  auto at = arrival;
  for (auto const& law : laws) at += draw(law, arrival, random);
  // The end of one window may lie in another; each pass moves forward, and a few settle it.
  for (std::size_t pass = 0; pass <= freezes.size(); ++pass) {
    for (auto const& freeze : freezes) at = freeze.release(at);
  }
  return at;
}

}  // namespace holdfast::target
