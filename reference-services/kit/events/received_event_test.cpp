#include <gtest/gtest.h>

#include "kit/events/consumer.hpp"

namespace holdfast::kit {
namespace {

event_record holding(std::string value) {
  return {.topic = "t", .partition = 2, .offset = 7, .key = "k", .value = std::move(value)};
}

struct malformed_case {
  char const* value;
  char const* problem;
};

TEST(ReceivedEvent, SaysWhyARecordIsNoEnvelope) {
  std::string const deep(100'000, '[');
  for (auto const& c : {malformed_case{"", "not JSON"}, malformed_case{"{", "not JSON"},
                        malformed_case{"{\"eventType\":\"\xff\"}", "not JSON"},
                        malformed_case{deep.c_str(), "not JSON"}, malformed_case{"[]", "not a JSON object"},
                        malformed_case{"7", "not a JSON object"}, malformed_case{"{}", "without a text eventType"},
                        malformed_case{R"({"eventType":7})", "without a text eventType"}}) {
    auto const record = holding(c.value);
    std::string problem;
    EXPECT_FALSE(read_event(record, problem));
    EXPECT_EQ(problem, c.problem) << std::string{c.value}.substr(0, 40);
  }
}

TEST(ReceivedEvent, IsNamedByItsIdOrElseByItsPlace) {
  std::string problem;
  auto const named = holding(R"({"eventType":"A","eventId":"x"})");
  EXPECT_EQ(read_event(named, problem)->id, "x");
  for (auto const* const value : {R"({"eventType":"A"})", R"({"eventType":"A","eventId":null})",
                                  R"({"eventType":"A","eventId":""})", R"({"eventType":"A","eventId":7})"}) {
    auto const record = holding(value);
    EXPECT_EQ(read_event(record, problem)->id, "t/2/7") << value;
  }
}

TEST(ReceivedEvent, ReadsWholeNumbersAlsoFromText) {
  auto const record =
      holding(R"({"eventType":"A","n":-5,"s":"12","huge":18446744073709551615,"long":"99999999999999999999","f":1.5,)"
              R"("odd":"12x","empty":"","null":null,"max":9223372036854775807})");
  std::string problem;
  auto const read = read_event(record, problem);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->integer("n"), -5);
  EXPECT_EQ(read->integer("s"), 12);
  EXPECT_EQ(read->integer("max"), 9223372036854775807);
  for (auto const* const field : {"huge", "long", "f", "odd", "empty", "null", "absent"})
    EXPECT_FALSE(read->integer(field)) << field;
}

TEST(ReceivedEvent, ReadsText) {
  auto const record = holding(R"({"eventType":"A","t":"x","n":1})");
  std::string problem;
  auto const read = read_event(record, problem);
  EXPECT_EQ(read->text("t"), "x");
  EXPECT_FALSE(read->text("n"));
  EXPECT_FALSE(read->text("absent"));
}

}  // namespace
}  // namespace holdfast::kit
