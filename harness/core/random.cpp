#include "core/random.hpp"

#include <bit>
#include <cassert>
#include <cmath>
#include <numbers>

namespace holdfast {
namespace {

std::uint64_t splitmix64(std::uint64_t& state) {
  state += 0x9e3779b97f4a7c15U;
  auto z = state;
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31U);
}

}  // namespace

random_engine::random_engine(std::uint64_t seed) : state_{} {
  for (auto& word : state_) word = splitmix64(seed);
}

random_engine::result_type random_engine::operator()() {
  auto const answer = std::rotl(state_[1] * 5, 7) * 9;
  auto const shifted = state_[1] << 17U;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return answer;
}

double random_engine::uniform() { return static_cast<double>((*this)() >> 11U) * 0x1.0p-53; }

std::uint64_t random_engine::below(std::uint64_t bound) {
  assert(bound > 0 && "below() needs a bound above zero");
  auto const limit = max() - max() % bound;  // values from here on would favour small results
  auto draw = (*this)();
  while (draw >= limit) draw = (*this)();
  return draw % bound;
}

std::int64_t random_engine::between(std::int64_t first, std::int64_t last) {
  assert(first <= last && "between() needs first <= last");
  auto const width = static_cast<std::uint64_t>(last) - static_cast<std::uint64_t>(first);
  auto const offset = width == max() ? (*this)() : below(width + 1);
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(first) + offset);
}

double random_engine::exponential(double mean) { return -mean * std::log1p(-uniform()); }

double random_engine::normal() {
  // Box-Muller; the second value is thrown away so that a draw has no hidden state.
  auto const radius = std::sqrt(-2.0 * std::log1p(-uniform()));
  return radius * std::cos(2.0 * std::numbers::pi * uniform());
}

std::uint64_t derived_seed(std::uint64_t seed, std::uint64_t index) {
  auto state = seed ^ (index * 0xd1342543de82ef95U + 0x2545f4914f6cdd1dU);
  return splitmix64(state);
}

}  // namespace holdfast
