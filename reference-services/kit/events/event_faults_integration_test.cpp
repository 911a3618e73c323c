#include <atomic>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include "kit/documents/sqlite_database.hpp"
#include "kit/events/events_test_support.hpp"

namespace holdfast::kit {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

class EventFaults : public testing::Test {
 protected:
  std::string log_folder() const { return folder_.path() + "/log"; }
  std::unique_ptr<event_node> node(std::function<void(consumer_settings&)> const& change = {}) {
    return std::make_unique<event_node>(io_, folder_.path() + "/store", log_folder(), "me", 1s, change);
  }
  bool applied(event_node& by, std::int64_t count) {
    return eventually(io_, [&] { return effect_count(by.documents()) >= count; });
  }

  scratch_folder folder_;
  boost::asio::io_context io_{1};
};

TEST_F(EventFaults, WhatIsCommittedReachesTheHandler) {
  auto const service = node();
  service->consume();
  service->relay();
  for (int n = 0; n < 100; ++n) service->publish({added("a", n)});
  ASSERT_TRUE(applied(*service, 100));
  EXPECT_EQ(applied_numbers(service->documents()).at("a").back(), 99);
  EXPECT_TRUE(eventually(io_, [&] { return service->relaying().depth() == 0; }));
  EXPECT_EQ(service->reading().lag(), 0);
}

TEST_F(EventFaults, ALogThatIsGoneForAWhileLosesNothing) {
  auto const service = node();
  service->consume();
  service->relay();
  service->publish({added("a", 0)});
  ASSERT_TRUE(applied(*service, 1));
  ASSERT_TRUE(eventually(io_, [&] { return service->relaying().depth() == 0; }));

  fs::rename(log_folder(), log_folder() + ".away");
  service->publish({added("a", 1)});
  ASSERT_TRUE(eventually(io_, [&] { return service->log().trouble().has_value(); }));
  EXPECT_NE(service->log().trouble()->find("is gone"), std::string::npos) << *service->log().trouble();
  EXPECT_FALSE(service->append({added("a", 99)}));
  EXPECT_EQ(service->relaying().depth(), 1);
  EXPECT_FALSE(fs::exists(log_folder())) << "a log that was there is not made anew";

  fs::rename(log_folder() + ".away", log_folder());
  ASSERT_TRUE(applied(*service, 2));
  EXPECT_TRUE(eventually(io_, [&] { return !service->log().trouble(); }));
  EXPECT_EQ(applied_numbers(service->documents()).at("a"), (std::vector<std::int64_t>{0, 1}));
}

TEST_F(EventFaults, AFolderThatCannotBeMadeYetIsTriedAgain) {
  std::ofstream{log_folder()} << "a file where the folder should be";
  auto const service = node();
  EXPECT_TRUE(service->log().trouble());
  EXPECT_EQ(service->reading().lag(), -1);
  service->consume();
  service->relay();
  service->publish({added("a", 0)});
  fs::remove(log_folder());
  ASSERT_TRUE(applied(*service, 1));
}

TEST_F(EventFaults, ALogLockedByAnotherIsWaitedFor) {
  auto const service = node();
  service->consume();
  service->relay();
  service->publish({added("a", 0)});
  ASSERT_TRUE(applied(*service, 1));
  ASSERT_TRUE(eventually(io_, [&] { return service->relaying().depth() == 0; }));
  sqlite::database other{log_folder() + "/events.db", 5s};
  other.execute("BEGIN EXCLUSIVE");
  service->publish({added("a", 1)});
  ASSERT_TRUE(eventually(io_, [&] { return service->log().trouble().has_value(); }));
  EXPECT_EQ(service->relaying().depth(), 1);
  other.execute("ROLLBACK");
  ASSERT_TRUE(applied(*service, 2));
}

TEST_F(EventFaults, AFileThatIsNoDatabaseIsReportedAndReplaced) {
  fs::create_directories(log_folder());
  std::ofstream{log_folder() + "/events.db"} << std::string(5000, 'x');
  auto const service = node();
  ASSERT_TRUE(service->log().trouble());
  EXPECT_NE(service->log().trouble()->find("not a database"), std::string::npos) << *service->log().trouble();
  service->consume();
  service->relay();
  service->publish({added("a", 0)});
  fs::remove(log_folder() + "/events.db");
  ASSERT_TRUE(applied(*service, 1));
}

TEST_F(EventFaults, WhoOnlyLooksAlsoSeesThatTheLogCanBeOpenedByNow) {
  fs::create_directories(log_folder());
  std::ofstream{log_folder() + "/events.db"} << std::string(5000, 'x');
  auto const service = node();
  ASSERT_TRUE(service->log().trouble());
  fs::remove(log_folder() + "/events.db");
  EXPECT_TRUE(eventually(io_, [&] { return !service->log().trouble(); }));
}

TEST_F(EventFaults, WhoOnlyLooksAlsoSeesThatTheLogCanBeMadeByNow) {
  std::ofstream{log_folder()} << "a file where the folder should be";
  auto const service = node();
  int looks = 0;
  ASSERT_TRUE(eventually(io_, [&] { return service->log().trouble() && ++looks == 20; }));
  fs::remove(log_folder());
  EXPECT_TRUE(eventually(io_, [&] { return !service->log().trouble(); }));
}

TEST_F(EventFaults, WhoRelaysHasSeenTheLogEvenWhenThereIsNothingToRelay) {
  auto const service = node();
  service->relay();
  EXPECT_TRUE(eventually(
      io_, [&] { return service->documents().read([](reader& in) { return has_had_log(in, effect_event_tables); }); }));
}

TEST_F(EventFaults, AMissingLogThatIsKnownIsNotMade) {
  auto const log = open_sqlite_event_log(io_.get_executor(), {.folder = log_folder(), .is_known = true});
  EXPECT_FALSE(finish_on(io_, log->append({added("a", 0)})));
  ASSERT_TRUE(log->trouble());
  EXPECT_NE(log->trouble()->find("is gone"), std::string::npos) << *log->trouble();
  EXPECT_FALSE(fs::exists(log_folder()));
  (void)node();  // somebody else, to whom it is new
  EXPECT_TRUE(finish_on(io_, log->append({added("a", 0)})));
  EXPECT_FALSE(log->trouble());
}

TEST_F(EventFaults, ALogMadeAnewIsReadFromItsBeginning) {
  {
    auto const service = node();
    service->consume();
    ASSERT_TRUE(service->append({added("a", 0), added("a", 1), added("a", 2)}));
    ASSERT_TRUE(applied(*service, 3));
  }
  fs::remove_all(log_folder());
  auto const service = node();
  service->consume();
  ASSERT_TRUE(service->append({added("a", 3)}));
  EXPECT_TRUE(applied(*service, 4));
}

TEST_F(EventFaults, AFullDiskDelaysAndLosesNothing) {
  auto const service = node();
  service->consume();
  ASSERT_TRUE(service->append({added("a", 0)}));
  ASSERT_TRUE(applied(*service, 1));
  // A limit of the size of files fails writes as a full disk does, without needing one.
  auto* const before = signal(SIGXFSZ, SIG_IGN);
  rlimit unlimited{};
  getrlimit(RLIMIT_FSIZE, &unlimited);
  auto const wal = fs::file_size(log_folder() + "/events.db-wal");
  rlimit const full{.rlim_cur = wal, .rlim_max = unlimited.rlim_max};
  std::vector<outgoing_record> many;
  for (int n = 1; n <= 2000; ++n) many.push_back(added("a", n));
  setrlimit(RLIMIT_FSIZE, &full);
  EXPECT_FALSE(service->append(many));
  EXPECT_TRUE(service->log().trouble());
  setrlimit(RLIMIT_FSIZE, &unlimited);
  signal(SIGXFSZ, before);

  ASSERT_TRUE(eventually(io_, [&] { return service->append(many); }));
  ASSERT_TRUE(applied(*service, 2001));
  EXPECT_FALSE(service->log().trouble());
  std::vector<std::int64_t> expected(2001);
  for (std::size_t n = 0; n < expected.size(); ++n) expected[n] = static_cast<std::int64_t>(n);
  EXPECT_EQ(applied_numbers(service->documents()).at("a"), expected);
}

TEST_F(EventFaults, RecordsThatAreNoEnvelopeGoToTheDeadLettersAndBlockNothing) {
  auto const service = node();
  service->consume();
  ASSERT_TRUE(service->append({{test_topic, "a", "{"}, {test_topic, "a", "[1]"}, added("a", 1)}));
  ASSERT_TRUE(applied(*service, 1));
  auto const dead = service->dead_letters();
  ASSERT_EQ(dead.size(), 2U);
  EXPECT_EQ(dead[0].values[4], value{std::string{"{"}});
  EXPECT_EQ(dead[0].values[5], value{std::string{"not JSON"}});
  EXPECT_EQ(service->reading().lag(), 0);
}

/// A key in another partition than "a".
std::string key_elsewhere(event_node& in) {
  for (int n = 0;; ++n) {
    auto key = "k" + std::to_string(n);
    if (!in.append({{"probe", "a", ""}, {"probe", key, ""}})) throw std::runtime_error{"the log must work"};
    for (std::uint32_t p = 0; p < 4; ++p) {
      auto const found = must(in.log().read("probe", p, 0, 1000));
      if (!found.empty() && found.front().key == "a" && found.back().key == "a") return key;
    }
  }
}

TEST_F(EventFaults, ARecordWhoseHandlerThrowsBlocksItsPartitionOnlyUntilItSucceeds) {
  auto const service = node();
  std::atomic<bool> broken = true;
  service->reading().on("Fragile", [&](transaction& in, event const& read) {
    leave_effect("me")(in, read);  // undone with the rest
    if (broken) throw std::runtime_error{"not now"};
  });
  auto const elsewhere = key_elsewhere(*service);
  auto fragile = added("a", 1);
  fragile.value.replace(fragile.value.find("Added"), 5, "Fragile");
  ASSERT_TRUE(service->append({added("a", 0), fragile, added("a", 2), added(elsewhere, 0)}));
  service->consume();
  ASSERT_TRUE(eventually(io_, [&] { return service->reading().retries() >= 5; }));
  ASSERT_TRUE(applied(*service, 2));
  auto const meanwhile = applied_numbers(service->documents());
  EXPECT_EQ(meanwhile.at("a"), (std::vector<std::int64_t>{0}));
  EXPECT_EQ(meanwhile.at(elsewhere), (std::vector<std::int64_t>{0}));
  EXPECT_EQ(service->reading().lag(), 2);
  broken = false;
  ASSERT_TRUE(applied(*service, 4));
  EXPECT_EQ(applied_numbers(service->documents()).at("a"), (std::vector<std::int64_t>{0, 1, 2}));
}

TEST_F(EventFaults, GivingUpSkipsTheRecordAfterThatManyAttempts) {
  auto const service = node([](consumer_settings& settings) { settings.give_up_after = 3; });
  std::atomic<int> attempts = 0;
  service->reading().on("Poison", [&](transaction&, event const&) {
    ++attempts;
    throw std::runtime_error{"never"};
  });
  ASSERT_TRUE(service->append({added("a", 0), {test_topic, "a", R"({"eventType":"Poison"})"}, added("a", 1)}));
  service->consume();
  ASSERT_TRUE(applied(*service, 2));
  EXPECT_EQ(attempts, 3);
  EXPECT_EQ(service->reading().skipped(), 1U);
  EXPECT_TRUE(service->dead_letters().empty());
}

TEST_F(EventFaults, AConsumerThatWasAwayCatchesUpFromItsOffset) {
  {
    auto const service = node();
    service->consume();
    ASSERT_TRUE(service->append({added("a", 0)}));
    ASSERT_TRUE(applied(*service, 1));
  }
  auto const service = node();
  ASSERT_TRUE(service->append({added("a", 1), added("a", 2)}));
  EXPECT_EQ(service->reading().lag(), 2);
  service->consume();
  ASSERT_TRUE(applied(*service, 3));
  EXPECT_EQ(applied_numbers(service->documents()).at("a"), (std::vector<std::int64_t>{0, 1, 2}));
}

}  // namespace
}  // namespace holdfast::kit
