#include "kit/events/event_log_conformance.hpp"

#include <set>

namespace holdfast::kit {
namespace {

using namespace std::chrono_literals;

TEST_P(EventLogConformance, GivesWhatWasAppendedBackByteForByte) {
  auto const log = open();
  std::string const odd = std::string{"quote ' \" \0 nul ", 16} + "\xed\x95\x9c\xea\xb8\x80";
  ASSERT_TRUE(append(*log, {{test_topic, odd, odd}, {test_topic, "", std::string(1'000'000, 'x')}}));
  std::set<std::pair<std::string, std::string>> found;
  for (auto const& record : all(*log)) {
    found.emplace(record.key, record.value);
    EXPECT_EQ(record.topic, test_topic);
    EXPECT_GT(record.appended_ms, 1'500'000'000'000);
  }
  EXPECT_EQ(found, (std::set<std::pair<std::string, std::string>>{{odd, odd}, {"", std::string(1'000'000, 'x')}}));
}

TEST_P(EventLogConformance, NumbersEachPartitionFromZeroWithoutGaps) {
  auto const log = open();
  for (int batch = 0; batch < 10; ++batch) {
    std::vector<outgoing_record> records;
    for (int key = 0; key < 20; ++key) records.push_back({test_topic, std::to_string(key), std::to_string(batch)});
    ASSERT_TRUE(append(*log, std::move(records)));
  }
  std::int64_t sum = 0;
  for (std::uint32_t p = 0; p < log->partitions(test_topic); ++p) {
    std::int64_t expected = 0;
    for (auto const& record : must(log->read(test_topic, p, 0, 1000))) EXPECT_EQ(record.offset, expected++);
    EXPECT_EQ(must(log->end_offset(test_topic, p)), expected);
    sum += expected;
  }
  EXPECT_EQ(sum, 200);
}

TEST_P(EventLogConformance, KeepsTheOrderOfAKeyInOnePartition) {
  auto const log = open();
  for (int n = 0; n < 30; ++n)
    ASSERT_TRUE(append(*log, {{test_topic, "a", std::to_string(n)}, {test_topic, "b", std::to_string(n)}}));
  std::map<std::string, std::set<std::uint32_t>> partitions;
  std::map<std::string, int> next;
  for (auto const& record : all(*log)) {
    partitions[record.key].insert(record.partition);
    EXPECT_EQ(record.value, std::to_string(next[record.key]++));
  }
  for (auto const& [key, in] : partitions) EXPECT_EQ(in.size(), 1U) << key;
}

TEST_P(EventLogConformance, ReadsFromAnOffsetOnAndNoMoreThanAsked) {
  auto const log = open();
  for (int n = 0; n < 10; ++n) ASSERT_TRUE(append(*log, {{test_topic, "a", std::to_string(n)}}));
  auto const partition = all(*log).front().partition;
  auto const part = must(log->read(test_topic, partition, 4, 3));
  ASSERT_EQ(part.size(), 3U);
  EXPECT_EQ(part.front().value, "4");
  EXPECT_EQ(part.back().offset, 6);
  EXPECT_TRUE(must(log->read(test_topic, partition, 10, 3)).empty()) << "the end";
  EXPECT_TRUE(must(log->read(test_topic, partition, 999, 3)).empty()) << "far behind the end";
}

TEST_P(EventLogConformance, KeepsTopicsApart) {
  auto const log = open();
  ASSERT_TRUE(append(*log, {{"one", "a", "1"}, {"two", "a", "2"}}));
  ASSERT_EQ(all(*log, "one").size(), 1U);
  EXPECT_EQ(all(*log, "one").front().value, "1");
  EXPECT_TRUE(all(*log, "never used").empty());
  EXPECT_EQ(must(log->end_offset("never used", 0)), 0);
}

TEST_P(EventLogConformance, AppendingNothingIsFine) {
  auto const log = open();
  EXPECT_TRUE(append(*log, {}));
  EXPECT_FALSE(log->trouble());
}

TEST_P(EventLogConformance, ShowsOthersWhatOneAppended) {
  auto const writer = open();
  auto const other = open();
  ASSERT_TRUE(append(*writer, {{test_topic, "a", "1"}}));
  EXPECT_EQ(all(*other).size(), 1U);
  ASSERT_TRUE(append(*other, {{test_topic, "a", "2"}}));
  EXPECT_EQ(all(*writer).size(), 2U);
}

TEST_P(EventLogConformance, KeepsRecordsPartitionsAndIdentityWhenOpenedAgain) {
  std::string identity;
  {
    auto const log = open();
    ASSERT_TRUE(append(*log, {{test_topic, "a", "1"}}));
    identity = must(log->identity());
  }
  auto const log = open();
  EXPECT_EQ(all(*log).size(), 1U);
  EXPECT_EQ(must(log->identity()), identity);
  EXPECT_FALSE(identity.empty());
}

TEST_P(EventLogConformance, WakesThoseWhoWaitWhenAnotherAppends) {
  auto const writer = open();
  auto const reader = open();
  ASSERT_TRUE(append(*writer, {{test_topic, "a", "0"}}));
  while (finish_on(io_, reader->wait_for_append(1ms))) {
  }
  auto const waits = [](event_log& log, bool& woken) -> boost::asio::awaitable<void> {
    woken = co_await log.wait_for_append(1h);
  };
  bool woken = false;
  task_group waiting{io_.get_executor()};
  waiting.spawn(waits(*reader, woken));
  ASSERT_TRUE(append(*writer, {{test_topic, "a", "1"}}));
  finish_on(io_, waiting.join());
  EXPECT_TRUE(woken);
}

TEST_P(EventLogConformance, LetsGoOfThoseWhoWaitForNothing) {
  auto const log = open();
  EXPECT_FALSE(finish_on(io_, log->wait_for_append(1ms)));
}

TEST_P(EventLogConformance, GivesAllPartitionsToASingleMember) {
  auto const log = open();
  EXPECT_EQ(join(*log, "a"), (std::vector<std::uint32_t>{0, 1, 2, 3}));
  EXPECT_EQ(join(*log, "a"), (std::vector<std::uint32_t>{0, 1, 2, 3})) << "a renewal";
}

TEST_P(EventLogConformance, NeverGivesAPartitionToTwo) {
  auto const log = open();
  auto const other = open();
  ASSERT_EQ(join(*log, "a").size(), 4U);
  EXPECT_TRUE(join(*other, "b").empty()) << "a has them until it gives some back";
  auto const kept = join(*log, "a");
  EXPECT_EQ(kept.size(), 2U);
  auto const gained = join(*other, "b");
  EXPECT_EQ(gained.size(), 2U);
  std::set<std::uint32_t> all_of_them(kept.begin(), kept.end());
  all_of_them.insert(gained.begin(), gained.end());
  EXPECT_EQ(all_of_them.size(), 4U);
}

TEST_P(EventLogConformance, PassesOnWhatALeavingMemberHad) {
  auto const log = open();
  (void)join(*log, "a");
  (void)join(*log, "b");
  leave(*log, "a");
  EXPECT_EQ(join(*log, "b").size(), 4U);
}

TEST_P(EventLogConformance, PassesOnWhatASilentMemberHadWhenItsLeaseEnds) {
  auto const log = open();
  ASSERT_EQ(join(*log, "silent", 50ms).size(), 4U);
  std::size_t had = 0;
  while (had < 4) had = join(*log, "b").size();  // ends when 50 ms have passed
  EXPECT_EQ(had, 4U);
}

TEST_P(EventLogConformance, KeepsGroupsApart) {
  auto const log = open();
  (void)join(*log, "a");
  EXPECT_EQ(must(finish_on(io_, log->join(test_topic, "other group", "b", 1h))).size(), 4U);
}

}  // namespace
}  // namespace holdfast::kit
