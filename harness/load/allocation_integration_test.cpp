#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <string>

#include <gtest/gtest.h>

#include "load/load_run.hpp"
#include "load/simple_script.hpp"
#include "target/server.hpp"

namespace {

std::atomic<std::uint64_t> allocations{0};

void* counted(std::size_t bytes) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (auto* const memory = std::malloc(bytes == 0 ? 1 : bytes)) return memory;
  throw std::bad_alloc{};
}

}  // namespace

void* operator new(std::size_t bytes) { return counted(bytes); }
void* operator new[](std::size_t bytes) { return counted(bytes); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace holdfast::load {
namespace {

using namespace std::chrono_literals;

class nobody final : public run_observer {
 public:
  void on_start(time_point, wall_time) override {}
  void on_interval(interval_record const&) override { ++intervals; }
  std::uint64_t intervals = 0;
};

struct cost {
  std::uint64_t allocations = 0;
  std::uint64_t intervals = 0;
};

/// Of a whole run, target included: it is in this process, and claims to allocate nothing a request either.
cost cost_of(target::server const& target, load_settings settings) {
  settings.origins = {{.host = "127.0.0.1", .port = target.port()}};
  auto const request = std::make_shared<simple_request>(
      simple_request{.bytes = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", .to = settings.origins.front()});
  auto const ready = check_before_run(settings, target_probe::skip);
  nobody observer;
  auto const before = allocations.load();
  auto const result = run_load(settings, *ready, make_simple_scripts(request), observer);
  auto const after = allocations.load();
  EXPECT_EQ(result.total.ledger.ok(), result.total.ledger.scheduled);
  return {after - before, observer.intervals};
}

// What a second of any run costs: hand-over of records between threads, whatever the number of requests.
constexpr std::uint64_t allocations_an_interval = 50;

void expect_none_a_request(cost const& few, cost const& many) {
  EXPECT_LE(many.allocations, few.allocations + allocations_an_interval * (many.intervals + 1));
}

TEST(SteadyState, AClosedLoopAllocatesNothingForARequest) {
  auto const target = *target::server::start({});
  auto const with = [&](std::uint64_t requests) {
    load_settings settings;
    settings.arrivals = closed_loop_plan{.users = 8, .requests = requests};
    return cost_of(*target, settings);
  };
  (void)with(1000);  // fills the caches of allocators and of the target
  auto const few = with(1000);
  expect_none_a_request(few, with(21'000));
}

TEST(SteadyState, AnOpenLoopAllocatesNothingForARequest) {
  auto const target = *target::server::start({});
  auto const with = [&](double rate) {
    load_settings settings;
    settings.arrivals = open_loop{.schedule = arrival_schedule::constant(request_rate::per_second(rate), 400ms),
                                  .users = 4,
                                  .queue_length = 100'000};
    return cost_of(*target, settings);
  };
  (void)with(1000);
  auto const few = with(1000);
  expect_none_a_request(few, with(8000));
}

}  // namespace
}  // namespace holdfast::load
