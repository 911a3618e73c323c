#include <string>

#include <benchmark/benchmark.h>

#include "cluster/control/autoscaler.hpp"
#include "cluster/control/endpoints.hpp"
#include "cluster/control/replica_set.hpp"

namespace holdfast::cluster {
namespace {

using namespace std::chrono_literals;

constexpr time_point benchmark_now{std::chrono::hours{1000}};

std::vector<owned_pod> many_pods(std::int64_t count) {
  std::vector<owned_pod> pods;
  for (std::int64_t i = 0; i < count; ++i) {
    pods.push_back({.name = "book-7d4f9c6b5-" + std::to_string(i),
                    .node = "local",
                    .phase = pod_phase::running,
                    .ready = ready_condition{true, benchmark_now - std::chrono::seconds{i}},
                    .created = benchmark_now - std::chrono::seconds{i}});
  }
  return pods;
}

/// The costliest sync: as many deletions as one may have, ranked among all pods.
void replica_set_sync_with_deletions(benchmark::State& state) {
  auto const pods = many_pods(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(sync_replica_set(1, 10s, pods, benchmark_now));
}
BENCHMARK(replica_set_sync_with_deletions)->Arg(100)->Arg(5000)->Unit(benchmark::kMicrosecond);

void autoscaler_sync(benchmark::State& state) {
  std::vector<scaled_pod> pods;
  metric_samples samples;
  for (auto const& each : many_pods(state.range(0))) {
    pods.push_back({.name = each.name,
                    .start_time = each.created,
                    .ready = each.ready,
                    .containers = {{"book", {{"cpu", 1000}}}}});
    samples[each.name] = {700, benchmark_now, 15s};
  }
  std::vector<metric_reading> const readings = {{.samples = samples}};
  autoscaler_target const target{static_cast<std::int32_t>(pods.size()), static_cast<std::int32_t>(pods.size()), true,
                                 "", pods};
  autoscaler_spec const spec{.bounds = {1, 10000}};
  for (auto _ : state) {
    autoscaler_memory memory;
    benchmark::DoNotOptimize(sync_autoscaler(spec, {}, target, readings, memory, benchmark_now));
  }
}
BENCHMARK(autoscaler_sync)->Arg(100)->Arg(5000)->Unit(benchmark::kMicrosecond);

void endpoints_of_pods(benchmark::State& state) {
  std::vector<service_pod> pods;
  for (auto const& each : many_pods(state.range(0))) pods.push_back({each.name, "127.1.0.1", each.phase, true, false});
  for (auto _ : state) benchmark::DoNotOptimize(endpoints_of(pods, unready_addresses::hidden));
}
BENCHMARK(endpoints_of_pods)->Arg(100)->Arg(5000)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace holdfast::cluster
