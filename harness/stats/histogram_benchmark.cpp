#include <cmath>
#include <vector>

#include <benchmark/benchmark.h>

#include "core/random.hpp"
#include "stats/histogram.hpp"
#include "stats/histogram_codec.hpp"

namespace holdfast::stats {
namespace {

// Lognormal around 0.4 ms: what a fast target gives. A power of two, so that cycling through them costs nothing.
std::vector<nanoseconds> latencies() {
  random_engine random{1};
  std::vector<nanoseconds> values;
  for (int i = 0; i < 4096; ++i) values.emplace_back(static_cast<std::int64_t>(std::exp(13 + random.normal())));
  return values;
}

histogram filled() {
  histogram h;
  for (auto const v : latencies()) h.record_n(v, 25);
  return h;
}

void record(benchmark::State& state) {
  auto const values = latencies();
  histogram h;
  h.reserve();
  std::size_t i = 0;
  for (auto _ : state) h.record(values[i++ & 4095]);
  benchmark::DoNotOptimize(h.count());
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(record);

void merge(benchmark::State& state) {
  auto const one = filled();
  histogram all;
  for (auto _ : state) all.merge(one);
  benchmark::DoNotOptimize(all.count());
}
BENCHMARK(merge);

void reset_after_a_second(benchmark::State& state) {
  auto const one = filled();
  histogram h;
  for (auto _ : state) {
    h.merge(one);
    h.reset();
  }
}
BENCHMARK(reset_after_a_second);

void quantile(benchmark::State& state) {
  auto const h = filled();
  for (auto _ : state) benchmark::DoNotOptimize(h.value_at_quantile(0.99));
}
BENCHMARK(quantile);

void encode(benchmark::State& state) {
  auto const h = filled();
  for (auto _ : state) benchmark::DoNotOptimize(encode_histogram(h));
}
BENCHMARK(encode);

void decode(benchmark::State& state) {
  auto const text = encode_histogram(filled());
  for (auto _ : state) benchmark::DoNotOptimize(decode_histogram(text));
}
BENCHMARK(decode);

}  // namespace
}  // namespace holdfast::stats
