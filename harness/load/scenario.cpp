#include "load/scenario.hpp"

#include <numeric>

namespace holdfast::load {

scenario_sequence const& scenario::pick(random_engine& random) const {
  if (mix.size() == 1) return mix.front();
  auto const total = std::accumulate(mix.begin(), mix.end(), 0.0,
                                     [](double sum, scenario_sequence const& s) { return sum + s.weight; });
  auto rest = random.uniform() * total;
  for (auto const& sequence : mix) {
    rest -= sequence.weight;
    if (rest < 0) return sequence;
  }
  return mix.back();  // rounding
}

}  // namespace holdfast::load
