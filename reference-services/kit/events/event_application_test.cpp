#include "kit/events/event_application.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

#include "kit/events/events_test_support.hpp"
#include "kit/events/relay_lease.hpp"

namespace holdfast::kit {
namespace {

using namespace std::chrono_literals;

class EventApplication : public testing::Test {
 protected:
  EventApplication() {
    handlers_.emplace("Added", leave_effect("me"));
    handlers_.emplace("Poison", [](transaction& in, event const&) {
      effect left{.id = 0, .key = "poison", .number = 1, .member = std::nullopt};
      effects.insert(in, left);
      throw std::runtime_error{"not now"};
    });
  }

  template <class Change>
  auto write(Change change) {
    return finish_on(io_, store_->write(std::move(change)));
  }
  offset_place place() {
    return write([](transaction& in) { return find_or_make_offset_place(in, effect_event_tables.offsets, "p"); });
  }
  std::optional<std::vector<std::size_t>> apply(std::vector<std::string> values, offset_place from) {
    std::vector<event_record> records;
    for (auto& value : values) {
      auto const offset = from.next + static_cast<std::int64_t>(records.size());
      records.push_back({.topic = test_topic, .partition = 0, .offset = offset, .key = "k", .value = std::move(value)});
    }
    std::vector<received_record> received(records.size());
    for (std::size_t i = 0; i < records.size(); ++i) {
      received[i].record = &records[i];
      received[i].read = read_event(records[i], received[i].problem);
    }
    return write([&](transaction& in) { return apply_records(in, rules_, from, received); });
  }
  std::int64_t rows(table of) {
    return store_->read([of](reader& in) { return in.count(of); });
  }

  scratch_folder folder_;
  boost::asio::io_context io_{1};
  std::unique_ptr<store> store_ = open_sqlite_store(io_.get_executor(), {.folder = folder_.path()}, effect_tables());
  event_handlers handlers_;
  application_rules rules_{.tables = effect_event_tables, .handlers = &handlers_};
};

TEST_F(EventApplication, CommitsEffectInboxAndOffsetTogether) {
  auto const from = place();
  EXPECT_EQ(from.next, 0);
  auto const ran = apply({added("a", 1).value, R"({"eventType":"Foreign"})", "no envelope", added("a", 2).value}, from);
  EXPECT_EQ(ran, (std::vector<std::size_t>{0, 3}));
  EXPECT_EQ(place().next, 4);
  EXPECT_EQ(effect_count(*store_), 2);
  EXPECT_EQ(rows(effect_event_tables.inbox), 2);
  EXPECT_EQ(rows(effect_event_tables.dead_letters), 1);
}

TEST_F(EventApplication, DoesNothingWhenSomebodyElseMovedTheOffset) {
  auto const from = place();
  ASSERT_TRUE(apply({added("a", 1).value}, from));
  EXPECT_FALSE(apply({added("a", 2).value, added("a", 3).value}, from));
  EXPECT_EQ(effect_count(*store_), 1);
  EXPECT_EQ(place().next, 1);
}

TEST_F(EventApplication, UndoesEverythingWhenAHandlerThrows) {
  auto const from = place();
  try {
    apply({added("a", 1).value, R"({"eventType":"Poison"})"}, from);
    FAIL() << "must throw";
  } catch (handler_failure const& failed) {
    EXPECT_EQ(failed.index(), 1U);
    EXPECT_STREQ(failed.what(), "not now");
  }
  EXPECT_EQ(effect_count(*store_), 0);
  EXPECT_EQ(rows(effect_event_tables.inbox), 0);
  EXPECT_EQ(place().next, 0);
}

TEST_F(EventApplication, AppliesAnEventOnceHoweverOftenItWasAppended) {
  auto const twice = added("a", 1).value;
  EXPECT_EQ(apply({twice, twice}, place())->size(), 1U);
  EXPECT_EQ(apply({twice}, place())->size(), 0U);
  EXPECT_EQ(effect_count(*store_), 1);
  EXPECT_EQ(place().next, 3);
}

TEST_F(EventApplication, WithoutInboxAppliesItAgain) {
  rules_.remember_events = false;
  auto const twice = added("a", 1).value;
  EXPECT_EQ(apply({twice, twice}, place())->size(), 2U);
}

TEST_F(EventApplication, RemembersABoundedNumberOfEvents) {
  auto const first = added("a", 1).value;
  ASSERT_TRUE(apply({first}, place()));
  auto const beside = place();
  auto const far = offset_place{beside.id, remembered_offsets};
  write([&](transaction& in) { return move_offset(in, effect_event_tables.offsets, beside, far.next); });
  ASSERT_TRUE(apply({added("a", 2).value}, far));
  EXPECT_EQ(rows(effect_event_tables.inbox), 1) << "the slot of offset 0 is used again";
}

TEST_F(EventApplication, OffsetsBelongToOneLog) {
  EXPECT_NE(offset_place_name("log one", "t", "g", 0), offset_place_name("log two", "t", "g", 0));
}

TEST_F(EventApplication, AStoreKnowsThatItHasHadALog) {
  auto const is_noted = [&] { return store_->read([](reader& in) { return has_had_log(in, effect_event_tables); }); };
  EXPECT_FALSE(is_noted());
  for (int n = 0; n < 2; ++n) write([](transaction& in) { note_log(in, effect_event_tables); });
  EXPECT_TRUE(is_noted());
  EXPECT_EQ(rows(effect_event_tables.offsets), 1);
}

TEST_F(EventApplication, OneRelayHoldsTheLeaseUntilItEnds) {
  relay_lease const one{effect_event_tables.leases, "one"};
  relay_lease const two{effect_event_tables.leases, "two"};
  auto const at = time_point{100s};
  auto const hold = [&](relay_lease const& lease, time_point now) {
    return write([&lease, now](transaction& in) { return lease.hold(in, now, 1s); });
  };
  EXPECT_TRUE(hold(one, at));
  EXPECT_FALSE(hold(two, at + 999ms));
  EXPECT_TRUE(hold(one, at + 500ms)) << "a renewal";
  EXPECT_FALSE(store_->read([&](reader& in) { return two.is_free(in, at + 1400ms); }));
  EXPECT_TRUE(hold(two, at + 1500ms));
  EXPECT_FALSE(hold(one, at + 1600ms));
  write([&](transaction& in) { one.give_back(in); });
  EXPECT_FALSE(hold(one, at + 1600ms)) << "only its holder gives it back";
  write([&](transaction& in) { two.give_back(in); });
  EXPECT_TRUE(hold(one, at + 1600ms));
}

}  // namespace
}  // namespace holdfast::kit
