#include "analysis/consistency.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::analysis {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Consistency, ComparesTheLedgerWithWhatIsThere) {
  write_ledger const ledger{.acknowledged = {"a", "b", "c"}, .ambiguous = {"d", "e"}};
  std::vector<std::string> const found{"c", "a", "c", "c", "d", "x"};
  auto const figures = compare(ledger, found);
  EXPECT_THAT(figures.lost, ElementsAre("b"));
  EXPECT_THAT(figures.phantoms, ElementsAre("x"));
  EXPECT_EQ(figures.duplicates, 2U);  // c three times
  EXPECT_EQ(figures.ambiguous_done, 1U);
}

TEST(Consistency, AnAmbiguousWriteMayBeThereOrNot) {
  write_ledger const ledger{.acknowledged = {}, .ambiguous = {"a"}};
  for (auto const& found : {std::vector<std::string>{}, std::vector<std::string>{"a"}}) {
    auto const figures = compare(ledger, found);
    EXPECT_THAT(figures.lost, IsEmpty());
    EXPECT_THAT(figures.phantoms, IsEmpty());
    EXPECT_EQ(figures.duplicates, 0U);
  }
}

TEST(Consistency, NothingAskedAndNothingThereIsConsistent) {
  auto const figures = compare({}, {});
  EXPECT_THAT(figures.lost, IsEmpty());
  EXPECT_THAT(figures.phantoms, IsEmpty());
}

}  // namespace
}  // namespace holdfast::analysis
