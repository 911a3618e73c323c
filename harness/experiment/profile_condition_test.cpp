#include "experiment/profile_condition.hpp"

#include <gtest/gtest.h>

namespace holdfast::experiment {
namespace {

using event_detail = nlohmann::ordered_json;

condition good_condition(std::string_view text) {
  auto made = parse_condition(text);
  EXPECT_TRUE(made) << text << ": " << made.error().problem;
  return made ? *std::move(made) : condition{};
}

timeline_event seen_event(std::string kind, std::string subject, std::string what,
                          event_detail more = event_detail::object()) {
  return {.at = {},
          .arm = "a",
          .kind = std::move(kind),
          .subject = std::move(subject),
          .what = std::move(what),
          .detail = std::move(more)};
}

TEST(ParseCondition, IsMetByItsEvent) {
  struct row {
    std::string_view text;
    timeline_event met, other;
  };
  for (auto const& r : {
           row{"deployment/book complete", seen_event("rollout", "book", "complete"),
               seen_event("rollout", "order", "complete")},
           row{"pod/book not-ready", seen_event("pod", "book-1", "not-ready", {{"owner", "book"}}),
               seen_event("pod", "book-1", "not-ready", {{"owner", "order"}})},
           row{"action/to-v4 done", seen_event("action", "to-v4", "done"), seen_event("action", "to-v4", "begin")},
           row{"fault/slow-book confirmed", seen_event("fault", "slow-book", "confirmed"),
               seen_event("fault", "x", "confirmed")},
           row{"phase/rollout begin", seen_event("phase", "rollout", "begin"), seen_event("phase", "rollout", "end")},
           row{"breaker/order/book half-open", seen_event("breaker", "order/book", "half-open"),
               seen_event("breaker", "order/book", "open")},
           row{"autoscaler/order scaled", seen_event("autoscaler", "order", "scaled"),
               seen_event("pod", "order", "scaled")},
           row{"deployment/book ready >= 3", seen_event("replicas", "book", "changed", {{"ready", 3}}),
               seen_event("replicas", "book", "changed", {{"ready", 2}})},
           row{"deployment/book unavailable=0", seen_event("replicas", "book", "changed", {{"unavailable", 0}}),
               seen_event("replicas", "book", "changed", {{"ready", 0}})},
       }) {
    SCOPED_TRACE(r.text);
    auto const made = good_condition(r.text);
    EXPECT_TRUE(is_met_by(made, r.met));
    EXPECT_FALSE(is_met_by(made, r.other));
    EXPECT_EQ(made.text, r.text);
  }
}

TEST(ParseCondition, SaysWhatIsWrongAndHowToWriteIt) {
  struct row {
    std::string_view text, problem, fix;
  };
  for (auto const& r : {
           row{"", "a condition begins with what it is about", "Write e.g."},
           row{"book complete", "a condition begins with what it is about", "deployment/book"},
           row{"deployment/ complete", "a condition begins with what it is about", ""},
           row{"deploymnt/book complete", "nothing is known of a \"deploymnt\"", "Did you mean \"deployment\"?"},
           row{"deployment/book", "what is waited for is missing", "started, complete, stuck; or desired"},
           row{"deployment/book completed", "nothing that a deployment can be", "Did you mean \"complete\"?"},
           row{"deployment/book raedy >= 1", "cannot be compared", "Did you mean \"ready\"?"},
           row{"pod/book ready >= 1", "cannot be compared", "deployment/book ready >= 3"},
           row{"deployment/book ready >= many", "not a whole number", ""},
           row{"deployment/book ready >= 99999999", "so many replicas", ""},
           row{"deployment/book complete now", "\"now\" is too much", ""},
           row{"breaker/order open", "\"order\" is not a name", "caller and callee"},
           row{"deployment/a/b complete", "\"a/b\" is not a name", ""},
       }) {
    SCOPED_TRACE(r.text);
    auto const made = parse_condition(r.text);
    ASSERT_FALSE(made);
    auto const all = made.error().problem + " | " + made.error().fix;
    EXPECT_NE(all.find(r.problem), std::string::npos) << all;
    EXPECT_NE(all.find(r.fix), std::string::npos) << all;
  }
}

}  // namespace
}  // namespace holdfast::experiment
