#include "report/text_table.hpp"

#include <gtest/gtest.h>

namespace holdfast::report {
namespace {

TEST(TextTable, PadsEachColumnToItsWidestCell) {
  text_table table{{align::left, align::right, align::left}};
  table.add({"ok", "1,234", "all"});
  table.add({"reset", "2"});
  EXPECT_EQ(table.text("  "), "  ok     1,234  all\n  reset      2\n");
}

TEST(TextTable, CountsCharactersInsteadOfBytes) {
  EXPECT_EQ(text_width("\u2581\u2588"), 2U);
  text_table table{{align::left, align::left}};
  table.add({"\u00e9", "x"});
  table.add({"ab", "y"});
  EXPECT_EQ(table.text(""), "\u00e9   x\nab  y\n");
}

}  // namespace
}  // namespace holdfast::report
