#include "kit/documents/sqlite_database.hpp"
#include "kit/events/event_log_conformance.hpp"

namespace holdfast::kit {
namespace {

event_log_kind sqlite_log() {
  return {.name = "sqlite", .open = [](boost::asio::any_io_executor executor, std::string const& folder) {
            return open_sqlite_event_log(std::move(executor), {.folder = folder});
          }};
}

INSTANTIATE_TEST_SUITE_P(Sqlite, EventLogConformance, testing::Values(sqlite_log()),
                         [](auto const& tested) { return tested.param.name; });

class SqliteEventLog : public EventLogConformance {};
INSTANTIATE_TEST_SUITE_P(Sqlite, SqliteEventLog, testing::Values(sqlite_log()),
                         [](auto const& tested) { return tested.param.name; });

TEST_P(SqliteEventLog, KeepsThePartitionsThatATopicBeganWith) {
  auto const log = open();
  ASSERT_TRUE(append(*log, {{test_topic, "a", "1"}}));
  auto const later = open_sqlite_event_log(io_.get_executor(), {.folder = folder_.path(), .partitions = 9});
  EXPECT_EQ(later->partitions(test_topic), 4U);
  EXPECT_EQ(later->partitions("another"), 9U);
}

TEST_P(SqliteEventLog, LeasesOfAnotherBootHaveEnded) {
  auto const log = open();
  ASSERT_EQ(join(*log, "before the crash of the machine").size(), 4U);
  sqlite::database edit{folder_.path() + "/events.db", std::chrono::seconds{1}};
  edit.execute("UPDATE leases SET boot = 'another'; UPDATE members SET boot = 'another'");
  EXPECT_EQ(join(*log, "b").size(), 4U);
}

TEST_P(SqliteEventLog, MovesItsWalIntoTheFileFromTimeToTime) {
  auto const log = open();
  for (int n = 0; n < 60; ++n) {
    std::vector<outgoing_record> records(10, {test_topic, std::to_string(n), std::string(20'000, 'x')});
    ASSERT_TRUE(append(*log, std::move(records)));
  }
  EXPECT_LT(std::filesystem::file_size(folder_.path() + "/events.db-wal"), 8'000'000U) << "of 12 MB appended";
}

}  // namespace
}  // namespace holdfast::kit
