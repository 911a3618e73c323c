#include <benchmark/benchmark.h>

#include "load/arrival_schedule.hpp"

namespace holdfast::load {
namespace {

using namespace std::chrono_literals;

constexpr request_rate per_second(double value) { return request_rate::per_second(value); }

/// Time of one next(), the restart of a used-up schedule included.
template <class Schedule>
void draw(benchmark::State& state, Schedule const& fresh) {
  auto schedule = fresh;
  for (auto _ : state) {
    auto const offset = schedule.next();
    if (!offset) schedule = fresh;
    benchmark::DoNotOptimize(offset);
  }
}

void schedule_next_constant(benchmark::State& state) {
  draw(state, arrival_schedule::constant(per_second(10'000), 1h));
}
void schedule_next_ramp(benchmark::State& state) { draw(state, arrival_schedule::ramp({}, per_second(20'000), 1h)); }
void schedule_next_falling_ramp(benchmark::State& state) {
  draw(state, arrival_schedule::ramp(per_second(20'000), {}, 1h));
}
void schedule_next_poisson(benchmark::State& state) {
  draw(state, arrival_schedule::poisson(rate_curve{{{1h, per_second(10'000), per_second(10'000)}}}, 1));
}
void schedule_next_sharded(benchmark::State& state) {
  draw(state, sharded_schedule{arrival_schedule::constant(per_second(10'000), 1h), 1, 4});
}

BENCHMARK(schedule_next_constant);
BENCHMARK(schedule_next_ramp);
BENCHMARK(schedule_next_falling_ramp);
BENCHMARK(schedule_next_poisson);
BENCHMARK(schedule_next_sharded);

}  // namespace
}  // namespace holdfast::load
