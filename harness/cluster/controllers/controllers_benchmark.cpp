#include <benchmark/benchmark.h>

#include "cluster/controllers/cluster_test_support.hpp"

namespace holdfast::cluster {
namespace {

using namespace std::chrono_literals;

/// A cluster at rest: one Deployment of so many ready pods behind a Service.
std::unique_ptr<virtual_cluster> cluster_of(std::int64_t pods) {
  auto world = std::make_unique<virtual_cluster>(control_plane::settings{}, 200'000);
  auto service = samples::service();
  service["metadata"] = {{"name", "book"}};
  service["spec"]["selector"] = {{"app", "book"}};
  world->create(kinds::service, service);
  world->create(kinds::deployment, book_deployment(static_cast<std::int32_t>(pods)));
  world->plane.step(world->now);
  while (world->kubelet.act(world->now) || world->kubelet.next_due()) {  // one step for all of them: quicker
    if (auto const next = world->kubelet.next_due()) world->now = std::max(world->now, *next);
  }
  world->settle();
  return world;
}

/// What one change costs: a pod's readiness, with all that follows from it.
void step_after_a_change(benchmark::State& state) {
  auto const world = cluster_of(state.range(0));
  auto const pod = key_of(*world->pods()[world->pods().size() / 2]);
  bool is_ready = false;
  for (auto _ : state) {
    world->kubelet.set_ready(pod, is_ready, world->now);
    world->plane.step(world->now);
    is_ready = !is_ready;
  }
}
BENCHMARK(step_after_a_change)->Arg(20)->Arg(1000)->Arg(5000)->Unit(benchmark::kMillisecond);

/// A pod is deleted, replaced, and gone.
void step_after_a_deletion(benchmark::State& state) {
  auto const world = cluster_of(state.range(0));
  for (auto _ : state) {
    auto const pod = world->store.list(kinds::pod, "shop").front();
    benchmark::DoNotOptimize(world->store.remove(kinds::pod, key_of(*pod), {.grace_seconds = 0}));
    world->plane.step(world->now);
  }
}
BENCHMARK(step_after_a_deletion)->Arg(20)->Arg(5000)->Unit(benchmark::kMillisecond);

void step_at_rest(benchmark::State& state) {
  auto const world = cluster_of(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(world->plane.step(world->now));
}
BENCHMARK(step_at_rest)->Arg(20)->Arg(5000)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace holdfast::cluster
