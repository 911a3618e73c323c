#include "cluster/local/fault_text.hpp"

#include <gmock/gmock.h>

namespace holdfast::cluster {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

TEST(FaultText, IsKindsWithParameters) {
  auto const read =
      read_fault_text(" latency delay=100ms, jitter=10ms ; refuse;;reset after=1KiB direction=to-pod", "s");
  EXPECT_THAT(read.problems, IsEmpty());
  ASSERT_EQ(read.faults.size(), 3U);
  EXPECT_EQ(read.faults[0].text, "latency delay=100ms, jitter=10ms");
  EXPECT_EQ(read.faults[0].request.kind, "latency");
  EXPECT_THAT(read.faults[0].request.parameters, ElementsAre(Pair("delay", "100ms"), Pair("jitter", "10ms")));
  EXPECT_EQ(read.faults[1].request.kind, "refuse");
  EXPECT_EQ(read.faults[2].request.direction, path_direction::to_pod);
}

TEST(FaultText, MayBeOfOnePort) {
  auto const read = read_fault_text("refuse port=http; refuse", "s");
  ASSERT_EQ(read.faults.size(), 2U);
  EXPECT_EQ(read.faults[0].port, "http");
  EXPECT_THAT(read.faults[0].request.parameters, IsEmpty());
  EXPECT_EQ(read.faults[1].port, "");
}

TEST(FaultText, TheSameFaultTwiceIsOne) { EXPECT_EQ(read_fault_text("refuse; refuse", "s").faults.size(), 1U); }

TEST(FaultText, NoTextIsNoFault) {
  EXPECT_THAT(read_fault_text("", "s").faults, IsEmpty());
  EXPECT_THAT(read_fault_text(" ; ", "s").problems, IsEmpty());
}

struct wrong_text {
  char const* text;
  char const* words;
};

TEST(FaultText, SaysWhatIsWrongAndKeepsTheOthers) {
  for (auto const& [text, words] :
       {wrong_text{"latncy delay=1ms", "latncy"}, wrong_text{"latency", "delay"},
        wrong_text{"latency delay=fast", "fast"}, wrong_text{"latency delay", "NAME=VALUE"},
        wrong_text{"latency =1ms", "NAME=VALUE"}, wrong_text{"refuse direction=up", "to-pod"},
        wrong_text{"refuse port=", "is not a port"}, wrong_text{"latency delay=1ms delay=2ms", "twice"},
        wrong_text{"refuse colour=red", "colour"}}) {
    SCOPED_TRACE(text);
    auto const read = read_fault_text(std::string{text} + "; refuse", "service/book");
    ASSERT_FALSE(read.problems.empty());
    EXPECT_THAT(to_string(read.problems), HasSubstr(words));
    EXPECT_THAT(to_string(read.problems), HasSubstr("service/book"));
    EXPECT_EQ(read.faults.size(), 1U);
  }
}

}  // namespace
}  // namespace holdfast::cluster
