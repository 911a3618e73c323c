#include "kit/events/envelope.hpp"

#include <set>

#include <gtest/gtest.h>

namespace holdfast::kit {
namespace {

struct stamp_case {
  char const* claim;
  civil_time at;
  char const* calendar;
  char const* week_based;
};

TEST(EventStamp, ShowsTheYearAroundNewYear) {
  for (auto const& c : {
           stamp_case{"the example of the specification", {2021, 2, 3, 15, 45, 0}, "20210203154500", "20210203154500"},
           stamp_case{"Thursday, the week has the first of January: the week-based year runs ahead",
                      {2020, 12, 31, 23, 59, 59},
                      "20201231235959",
                      "20211231235959"},
           stamp_case{"Sunday that starts the last week", {2020, 12, 27, 0, 0, 0}, "20201227000000", "20211227000000"},
           stamp_case{"Saturday before it", {2020, 12, 26, 8, 5, 1}, "20201226080501", "20201226080501"},
           stamp_case{"the year ends with its week", {2022, 12, 31, 12, 0, 0}, "20221231120000", "20221231120000"},
           stamp_case{"the first of January never differs", {2021, 1, 1, 0, 0, 0}, "20210101000000", "20210101000000"},
           stamp_case{"a leap day", {2024, 2, 29, 1, 2, 3}, "20240229010203", "20240229010203"},
       }) {
    SCOPED_TRACE(c.claim);
    EXPECT_EQ(format_stamp(c.at), c.calendar);
    EXPECT_EQ(format_stamp(c.at, stamp_year::week_based), c.week_based);
  }
}

TEST(EventStamp, ComesFromTheLocalTimeOfTheMoment) {
  auto const noon = std::chrono::sys_days{std::chrono::year{2021} / 6 / 15} + std::chrono::hours{12};
  auto const local = local_time(std::chrono::time_point_cast<wall_time::duration>(noon));
  EXPECT_EQ(local.year, 2021);
  EXPECT_EQ(local.month, 6U);
  EXPECT_NEAR(static_cast<double>(local.day), 15, 1);
}

TEST(Envelope, HasTypeAndStampFirstOwnFieldsInOrderAndTheIdLast) {
  auto const fields = nlohmann::ordered_json{{"id", 1}, {"productId", nullptr}, {"qty", 1}, {"buyer", "ann \"a\""}};
  EXPECT_EQ(make_envelope("Ordered", "20210203154500", fields, "x-1"),
            R"({"eventType":"Ordered","timestamp":"20210203154500","id":1,"productId":null,"qty":1,)"
            R"("buyer":"ann \"a\"","eventId":"x-1"})");
}

TEST(Envelope, WithoutOwnFieldsIsStillAnObject) {
  EXPECT_EQ(make_envelope("Ping", "20210203154500", nlohmann::ordered_json::object(), "7"),
            R"({"eventType":"Ping","timestamp":"20210203154500","eventId":"7"})");
}

TEST(Envelope, OfTextThatIsNoUtf8CanBeReadAgain) {
  auto const text = make_envelope("Bought", "s", nlohmann::ordered_json{{"title", "\xff\xfe"}}, "1");
  EXPECT_TRUE(nlohmann::json::accept(text)) << text;
}

TEST(EventId, IsARandomUuidOfVersionFour) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    auto const id = new_event_id();
    ASSERT_EQ(id.size(), 36U);
    EXPECT_EQ(id[14], '4');
    EXPECT_NE(std::string_view{"89ab"}.find(id[19]), std::string_view::npos);
    EXPECT_TRUE(seen.insert(id).second);
  }
}

}  // namespace
}  // namespace holdfast::kit
