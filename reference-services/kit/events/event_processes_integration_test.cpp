#include <array>
#include <random>
#include <set>
#include <stdexcept>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kit/events/events_test_support.hpp"

namespace holdfast::kit {
namespace {

using namespace std::chrono_literals;

/// An event_member in a process of its own, killed at the end.
class member_process {
 public:
  member_process(std::string const& store_folder, std::string const& log_folder, std::string const& name,
                 std::string const& what) {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error{"pipe"};
    pid_ = fork();
    if (pid_ == 0) {
      dup2(ends[1], STDOUT_FILENO);
      execl(EVENT_MEMBER, EVENT_MEMBER, store_folder.c_str(), log_folder.c_str(), name.c_str(), what.c_str(), nullptr);
      _exit(127);
    }
    close(ends[1]);
    char first = 0;
    begun_ = read(ends[0], &first, 1) == 1;
    close(ends[0]);
  }
  member_process(member_process const&) = delete;
  member_process& operator=(member_process const&) = delete;
  ~member_process() { end(); }

  bool begun() const { return begun_; }
  void end() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(std::exchange(pid_, -1), nullptr, 0);
  }

 private:
  pid_t pid_ = -1;
  bool begun_ = false;
};

class EventProcesses : public testing::Test {
 protected:
  std::string log_folder() const { return folder_.path() + "/log"; }
  std::string store_folder(std::string const& name) const { return folder_.path() + "/" + name; }
  std::unique_ptr<member_process> start(std::string const& store_name, std::string const& member,
                                        std::string const& what) {
    auto made = std::make_unique<member_process>(store_folder(store_name), log_folder(), member, what);
    EXPECT_TRUE(made->begun());
    return made;
  }

  /// The next `count` records of ten keys in turn, numbered by key.
  std::vector<outgoing_record> next_records(int count) {
    std::vector<outgoing_record> records;
    for (int i = 0; i < count; ++i, ++made_) records.push_back(added("key" + std::to_string(made_ % 10), made_ / 10));
    return records;
  }
  /// Every record was applied, once, in the order of its key.
  void expect_all_applied_once(store& in_store) const {
    auto const numbers = applied_numbers(in_store);
    EXPECT_EQ(numbers.size(), 10U);
    for (auto const& [key, applied] : numbers) {
      std::vector<std::int64_t> expected(static_cast<std::size_t>(made_ / 10));
      for (std::size_t i = 0; i < expected.size(); ++i) expected[i] = static_cast<std::int64_t>(i);
      EXPECT_EQ(applied, expected) << key;
    }
  }
  static std::set<std::string> members_at_work(store& in_store) {
    return in_store.read([](reader& in) {
      std::set<std::string> names;
      for (auto const& left : effects.list(in, 0, 1'000'000)) names.insert(left.member.value_or(""));
      return names;
    });
  }
  static void run_for(boost::asio::io_context& io, nanoseconds time) {
    auto const until = clock_seam::now() + time;
    ASSERT_TRUE(eventually(io, [until] { return clock_seam::now() >= until; }));
  }

  scratch_folder folder_;
  boost::asio::io_context io_{1};
  std::int64_t made_ = 0;
};

TEST_F(EventProcesses, MembersShareThePartitionsAndTheLivingTakeOverFromTheKilled) {
  event_node watcher{io_, store_folder("counting"), log_folder(), "watcher"};
  auto first = start("counting", "first", "consume");
  auto second = start("counting", "second", "consume");
  auto const both_work = [&] {
    EXPECT_TRUE(watcher.append(next_records(10)));
    return members_at_work(watcher.documents()).size() == 2;
  };
  ASSERT_TRUE(eventually(io_, both_work));
  ASSERT_TRUE(watcher.append(next_records(2000)));
  first->end();  // in the midst of them
  ASSERT_TRUE(watcher.append(next_records(500)));
  ASSERT_TRUE(eventually(io_, [&] { return effect_count(watcher.documents()) >= made_; }));
  expect_all_applied_once(watcher.documents());
  EXPECT_EQ(watcher.reading().lag(), 0);
}

TEST_F(EventProcesses, MembersKilledAtRandomApplyEveryRecordOnce) {
  event_node watcher{io_, store_folder("counting"), log_folder(), "watcher"};
  std::mt19937 random{20210203};
  std::array<std::unique_ptr<member_process>, 2> members;
  for (std::size_t i = 0; i < 2; ++i) members[i] = start("counting", "m" + std::to_string(i), "consume");
  for (int round = 0; round < 12; ++round) {
    ASSERT_TRUE(watcher.append(next_records(300)));
    run_for(io_, std::chrono::milliseconds{random() % 120});
    auto const victim = random() % 2;
    members[victim]->end();
    members[victim] = start("counting", "m" + std::to_string(victim), "consume");
  }
  ASSERT_TRUE(eventually(io_, [&] { return effect_count(watcher.documents()) >= made_; }));
  expect_all_applied_once(watcher.documents());
}

TEST_F(EventProcesses, RelaysKilledAtRandomLoseNothingAndNothingIsAppliedTwice) {
  event_node source{io_, store_folder("source"), log_folder(), "source"};  // commits, relays nothing itself
  event_node sink{io_, store_folder("sink"), log_folder(), "sink"};
  sink.consume();
  std::mt19937 random{20210204};
  std::array<std::unique_ptr<member_process>, 2> relays;
  for (int round = 0; round < 10; ++round) {
    source.publish(next_records(3000));
    for (std::size_t i = 0; i < 2; ++i) relays[i] = start("source", "r" + std::to_string(i), "relay");
    // At work: some way into what waits. Both die, so it does not matter which of them holds the lease.
    auto const left = static_cast<std::int64_t>(random() % 2500);
    ASSERT_TRUE(eventually(io_, [&] { return source.relaying().depth() <= left; }));
    run_for(io_, std::chrono::microseconds{random() % 4000});
    for (auto const& relay : relays) relay->end();
  }
  relays[0] = start("source", "r0", "relay");
  ASSERT_TRUE(eventually(io_, [&] { return effect_count(sink.documents()) >= made_; }));
  ASSERT_TRUE(eventually(io_, [&] { return source.relaying().depth() == 0; }));
  ASSERT_TRUE(eventually(io_, [&] { return sink.reading().lag() == 0; }));
  expect_all_applied_once(sink.documents());
  EXPECT_TRUE(sink.dead_letters().empty());

  std::int64_t appended = 0;
  for (std::uint32_t p = 0; p < 4; ++p) appended += must(sink.log().end_offset(test_topic, p));
  EXPECT_GE(appended, made_);
  RecordProperty("appended_twice", std::to_string(appended - made_));  // how hard this run was
}

TEST_F(EventProcesses, AKilledRelayIsReplacedWithinItsLease) {
  event_node source{io_, store_folder("source"), log_folder(), "source"};
  auto first = start("source", "r1", "relay");
  source.publish(next_records(10));
  ASSERT_TRUE(eventually(io_, [&] { return source.relaying().depth() == 0; }));
  auto second = start("source", "r2", "relay");
  first->end();
  source.publish(next_records(10));
  EXPECT_TRUE(eventually(io_, [&] { return source.relaying().depth() == 0; }));
}

}  // namespace
}  // namespace holdfast::kit
