#include "cluster/proxy/fault_kinds.hpp"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cluster/proxy/flow_test_support.hpp"

namespace holdfast::cluster {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct driven {
  std::vector<arrival> output;
  std::optional<std::pair<nanoseconds, flow_end>> end;
};

driven run(std::string const& kind, parameter_reader::texts parameters, std::vector<arrival> input,
           std::optional<nanoseconds> sender_ends = std::nullopt, std::uint64_t seed = 1) {
  fault_chain chain;
  chain.add(fault_id{1}, start_flow(kind, std::move(parameters), seed));
  driven result;
  result.output = drive(chain, std::move(input), 1h, &result.end, sender_ends);
  return result;
}

TEST(LatencyFault, DelaysBytesAndTheEndByTheSame) {
  auto const r = run("latency", {{"delay", "100ms"}}, {{0ms, 5}, {30ms, 7}}, 40ms);
  EXPECT_THAT(r.output, ElementsAre(arrival{100ms, 5}, arrival{130ms, 7}));
  ASSERT_TRUE(r.end);
  EXPECT_EQ(r.end->first, 140ms);
  EXPECT_EQ(r.end->second, flow_end::finish);
}

TEST(LatencyFault, NeverLetsBytesOvertake) {
  std::vector<arrival> input;
  for (std::uint64_t i = 0; i < 500; ++i) input.push_back({std::chrono::milliseconds{i}, i + 1});
  auto const r = run("latency", {{"delay", "100ms"}, {"jitter", "40ms"}, {"distribution", "normal"}}, input);
  EXPECT_EQ(total(r.output), 500 * 501 / 2);
  for (std::size_t i = 1; i < r.output.size(); ++i) EXPECT_LE(r.output[i - 1].at, r.output[i].at);
}

TEST(LatencyFault, DrawsOtherDelaysWithAnotherSeed) {
  parameter_reader::texts const jittery{{"delay", "100ms"}, {"jitter", "40ms"}};
  EXPECT_EQ(run("latency", jittery, {{0ms, 1}}, {}, 1).output, run("latency", jittery, {{0ms, 1}}, {}, 1).output);
  EXPECT_NE(run("latency", jittery, {{0ms, 1}}, {}, 1).output, run("latency", jittery, {{0ms, 1}}, {}, 2).output);
}

TEST(LatencyFault, RemembersFewOfManyTinyPieces) {
  std::vector<arrival> input;
  for (int i = 0; i < 100'000; ++i) input.push_back({std::chrono::microseconds{i}, 1});
  auto const r = run("latency", {{"delay", "1s"}}, input);
  EXPECT_EQ(total(r.output), 100'000);
  EXPECT_LE(r.output.size(), 1024);
}

TEST(BandwidthFault, KeepsToTheRate) {
  auto const r = run("bandwidth", {{"rate", "100kB/s"}}, {{0ms, 1'000'000}}, 0ms);
  EXPECT_EQ(total(r.output), 1'000'000);
  ASSERT_TRUE(r.end);
  EXPECT_NEAR(in_seconds(r.end->first), 9.99, 0.02) << "ten seconds less the first burst";
  std::uint64_t passed = 0;
  for (auto const& a : r.output) {
    passed += a.bytes;
    EXPECT_LE(static_cast<double>(passed), in_seconds(a.at) * 100'000 + 1'001);
  }
}

TEST(BandwidthFault, EarnsNoCreditInAPause) {
  auto const r = run("bandwidth", {{"rate", "1000B/s"}}, {{0ms, 10}, {1h - 10s, 1'000}});
  EXPECT_EQ(r.output.at(1), (arrival{1h - 10s, 20})) << "two bursts at most";
}

TEST(BandwidthFault, MovesAtLeastAByteAtATime) {
  auto const r = run("bandwidth", {{"rate", "2B/s"}}, {{0ms, 5}});
  EXPECT_EQ(total(r.output), 5);
  EXPECT_NEAR(in_seconds(r.output.back().at), 2, 0.01);
}

TEST(BlackholeFault, LetsNothingThrough) {
  auto const r = run("blackhole", {}, {{0ms, 5}, {1s, 7}}, 2s);
  EXPECT_TRUE(r.output.empty());
  EXPECT_FALSE(r.end);
}

TEST(RefuseFault, IsAboutNewConnectionsOnly) {
  auto const fault = read_fault({.kind = "refuse"});
  ASSERT_TRUE(fault);
  EXPECT_EQ((*fault)->on_listener(), listener_effect::refuse);
  EXPECT_EQ((*fault)->start(random_engine{1}), nullptr);
}

TEST(ResetFault, ResetsAtTheByteBehindTheLast) {
  auto const exact = run("reset", {{"after", "100"}}, {{0ms, 60}, {1ms, 40}, {2ms, 1}});
  EXPECT_EQ(total(exact.output), 100);
  ASSERT_TRUE(exact.end);
  EXPECT_EQ(exact.end->first, 2ms);
  EXPECT_EQ(exact.end->second, flow_end::reset);
  auto const shorter = run("reset", {{"after", "100"}}, {{0ms, 100}}, 5ms);
  EXPECT_EQ(shorter.end->second, flow_end::finish) << "a stream that is not longer ends as it would";
}

TEST(TruncationFault, EndsTheStreamEarly) {
  auto const r = run("truncation", {{"after", "100"}}, {{0ms, 60}, {1ms, 60}, {2ms, 60}});
  EXPECT_EQ(total(r.output), 100);
  ASSERT_TRUE(r.end);
  EXPECT_EQ(r.end->first, 1ms);
  EXPECT_EQ(r.end->second, flow_end::finish);
}

TEST(SlowCloseFault, DelaysTheEndAlone) {
  auto const r = run("slow-close", {{"delay", "2s"}}, {{0ms, 60}, {1ms, 60}}, 10ms);
  EXPECT_THAT(r.output, ElementsAre(arrival{0ms, 60}, arrival{1ms, 60}));
  ASSERT_TRUE(r.end);
  EXPECT_EQ(r.end->first, 2010ms);
}

TEST(SlicerFault, CutsIntoPiecesWithPauses) {
  auto const r = run("slicer", {{"size", "40"}, {"delay", "10ms"}}, {{0ms, 100}}, 0ms);
  EXPECT_THAT(r.output, ElementsAre(arrival{0ms, 40}, arrival{10ms, 40}, arrival{20ms, 20}));
  EXPECT_EQ(r.end->first, 20ms);
}

TEST(SlicerFault, VariesSizesAroundTheirMean) {
  auto const r = run("slicer", {{"size", "50"}, {"delay", "1ms"}, {"variation", "20"}}, {{0ms, 500'000}});
  std::map<std::uint64_t, int> sizes;
  for (auto const& a : r.output) ++sizes[a.bytes];
  EXPECT_NEAR(static_cast<double>(r.output.size()), 10'000, 200);
  EXPECT_GE(sizes.size(), 41);
  EXPECT_EQ(total(r.output), 500'000);
}

TEST(FaultKinds, PassEverythingOnInTheEndWhateverComes) {
  // Those that end no stream and hold nothing for ever.
  for (auto const& [kind, parameters] : std::map<std::string, parameter_reader::texts>{
           {"latency", {{"delay", "5ms"}, {"jitter", "4ms"}, {"distribution", "pareto"}}},
           {"bandwidth", {{"rate", "50kB/s"}}},
           {"slow-close", {{"delay", "1s"}}},
           {"slicer", {{"size", "100"}, {"delay", "1ms"}, {"variation", "99"}}}}) {
    SCOPED_TRACE(kind);
    random_engine random{21};
    std::vector<arrival> input;
    nanoseconds at{};
    for (int i = 0; i < 300; ++i) {
      at += nanoseconds{static_cast<std::int64_t>(random.below(3'000'000))};
      input.push_back({at, 1 + random.below(2'000)});
    }
    auto const r = run(kind, parameters, input, at);
    EXPECT_EQ(total(r.output), total(input));
    EXPECT_TRUE(r.end);
  }
}

TEST(FaultRequest, TellsAllThatIsWrong) {
  struct bad_case {
    char const* claim;
    fault_request request;
    char const* says;
  };
  for (auto const& c : std::vector<bad_case>{
           {"unknown kind", {.kind = "latncy"}, "Did you mean \"latency\"?"},
           {"unknown parameter",
            {.kind = "latency", .parameters = {{"delay", "1s"}, {"dealy", "1s"}}},
            "Did you mean \"delay\"?"},
           {"a fault without parameters",
            {.kind = "refuse", .parameters = {{"after", "1"}}},
            "this fault has no parameters"},
           {"missing", {.kind = "latency"}, "delay: missing"},
           {"no unit", {.kind = "latency", .parameters = {{"delay", "100"}}}, "(got \"100\")"},
           {"no delay", {.kind = "latency", .parameters = {{"delay", "0s"}}}, "above zero"},
           {"constant jitter",
            {.kind = "latency", .parameters = {{"delay", "1s"}, {"jitter", "1s"}, {"distribution", "constant"}}},
            "has no jitter"},
           {"no jitter",
            {.kind = "latency", .parameters = {{"delay", "1s"}, {"distribution", "pareto"}}},
            "needs a jitter"},
           {"below zero", {.kind = "latency", .parameters = {{"delay", "1s"}, {"jitter", "2s"}}}, "below zero"},
           {"shape",
            {.kind = "latency", .parameters = {{"delay", "1s"}, {"distribution", "norml"}}},
            "Did you mean \"normal\"?"},
           {"no rate", {.kind = "bandwidth", .parameters = {{"rate", "0B/s"}}}, "above zero"},
           {"no time", {.kind = "bandwidth", .parameters = {{"rate", "10kB"}}}, "100KiB/s"},
           {"nothing left", {.kind = "truncation", .parameters = {{"after", "0"}}}, "nothing would come through"},
           {"empty pieces", {.kind = "slicer", .parameters = {{"size", "0"}, {"delay", "1ms"}}}, "one byte to 1 MiB"},
           {"wide",
            {.kind = "slicer", .parameters = {{"size", "5"}, {"delay", "1ms"}, {"variation", "5"}}},
            "not below the size"},
           {"busy", {.kind = "slicer", .parameters = {{"size", "5"}, {"delay", "1ns"}}}, "from 10us to 1m"}}) {
    SCOPED_TRACE(c.claim);
    auto const read = read_fault(c.request);
    ASSERT_FALSE(read);
    EXPECT_THAT(to_string(read.error()), HasSubstr(c.says));
  }
  auto const two = read_fault({.kind = "slicer", .parameters = {{"size", "a"}}, .source = {"x.json", 7, "actions[1]"}});
  ASSERT_FALSE(two);
  ASSERT_EQ(two.error().size(), 2);
  EXPECT_THAT(to_string(two.error()[1]), HasSubstr("x.json:7: actions[1].size"));
}

TEST(FaultKinds, HaveNamesAndTextsOfTheirOwn) {
  std::map<std::string_view, int> names;
  for (auto const& kind : fault_kinds()) {
    EXPECT_EQ(++names[kind.name], 1);
    EXPECT_FALSE(kind.meaning.empty());
    EXPECT_EQ(find_fault_kind(kind.name), &kind);
  }
  EXPECT_EQ(names.size(), 8);
}

}  // namespace
}  // namespace holdfast::cluster
