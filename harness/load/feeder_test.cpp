#include "load/feeder.hpp"

#include <set>

#include <gtest/gtest.h>

namespace holdfast::load {
namespace {

using rows = std::vector<std::vector<std::string>>;

rows all_of(data_table const& table) {
  rows all;
  for (std::size_t r = 0; r < table.rows(); ++r) {
    auto& row = all.emplace_back();
    for (std::size_t c = 0; c < table.columns().size(); ++c) row.emplace_back(table.cell(r, c));
  }
  return all;
}

struct csv_case {
  char const* claim;
  std::string_view text;
  rows expected;
};

TEST(Feeder, ReadsCsv) {
  for (auto const& c : {
           csv_case{"plain rows", "a,b\n1,2\n3,4\n", {{"1", "2"}, {"3", "4"}}},
           csv_case{"no line feed at the end", "a,b\n1,2", {{"1", "2"}}},
           csv_case{"CRLF", "a,b\r\n1,2\r\n", {{"1", "2"}}},
           csv_case{"CRLF after quotes", "a,b\r\n1,\"2\"\r\n", {{"1", "2"}}},
           csv_case{"quotes, commas and doubled quotes", "a,b\n\"x,y\",\"say \"\"hi\"\"\"\n", {{"x,y", "say \"hi\""}}},
           csv_case{"line breaks inside quotes", "a,b\n\"1\n2\r\n3\",4\n", {{"1\n2\r\n3", "4"}}},
           csv_case{"empty fields", "a,b\n,\n\"\",x\n", {{"", ""}, {"", "x"}}},
           csv_case{"an empty line is an empty field when there is one column", "a\n1\n\n2\n", {{"1"}, {""}, {"2"}}},
           csv_case{"blanks belong to the field", "a,b\n 1 , 2\n", {{" 1 ", " 2"}}},
           csv_case{"a byte order mark",
                    "\xef\xbb\xbf"
                    "a\n1\n",
                    {{"1"}}},
           csv_case{"quoted names", "\"a\",b\n1,2\n", {{"1", "2"}}},
       }) {
    SCOPED_TRACE(c.claim);
    auto const table = read_csv(c.text, "u.csv");
    ASSERT_TRUE(table) << to_string(table.error());
    EXPECT_EQ(table->columns().front(), "a");
    EXPECT_EQ(all_of(*table), c.expected);
  }
}

struct refusal_case {
  char const* claim;
  std::string_view text;
  std::string_view message;
};

TEST(Feeder, RefusesBadCsvWithItsLine) {
  for (auto const& c : {
           refusal_case{"no text", "", "u.csv:1: the file is empty.\nAdd at least one row"},
           refusal_case{"only a header", "a,b\n", "u.csv:1: there is a header but no row."},
           refusal_case{"a field too few", "a,b\n1,2\n3\n",
                        "u.csv:3: b: the row has 1 fields, but the header has 2 (got \"3\")."},
           refusal_case{"a field too many, after quoted line breaks", "a,b\n\"1\n\n\",2\n1,2,3\n",
                        "u.csv:5: field 3: the row has 3 fields, but the header has 2 (got \"1,2,3\")"},
           refusal_case{"an empty line", "a,b\n\n1,2\n", "u.csv:2: row: an empty line.\nRemove it."},
           refusal_case{"a quote without end", "a,b\n1,2\n\"x,2\n",
                        "u.csv:3: field 1: a quote is not closed (got \"\"x,2\")."},
           refusal_case{"text after quotes", "a\n\"x\"y\n",
                        "u.csv:2: field 1: text after the closing quote (got \"x\")"},
           refusal_case{"a quote inside", "a\nx\"y\n",
                        "u.csv:2: field 1: a quote inside a field without quotes (got \"x\")"},
           refusal_case{"a name twice", "a,a\n1,2\n", "u.csv:1: column 2: two columns have the same name (got \"a\")"},
           refusal_case{"a name with a blank", "a,b c\n1,2\n", "u.csv:1: column 2: a column needs a name"},
       }) {
    SCOPED_TRACE(c.claim);
    auto const table = read_csv(c.text, "u.csv");
    ASSERT_FALSE(table);
    EXPECT_NE(to_string(table.error()).find(c.message), std::string::npos) << to_string(table.error());
  }
}

TEST(Feeder, ReportsAllProblemsButNotEndlessly) {
  auto const three = read_csv("a,b\n1\n2\n3,3\n4\n", "u.csv");
  EXPECT_EQ(three.error().size(), 3U);
  std::string text = "a,b\n";
  for (int i = 0; i < 50; ++i) text += "1\n";
  auto const many = read_csv(text, "u.csv");
  EXPECT_EQ(many.error().size(), 21U);
  EXPECT_EQ(many.error().back().problem, "and 30 more problems");
}

TEST(Feeder, ReadsJsonLines) {
  auto const table = read_json_lines(
      "{\"user\":\"ann\",\"n\":1.50,\"tags\":[1,\"x\"]}\r\n\n{\"n\":true,\"tags\":null,\"user\":\"b\\\"ob\"}",
      "u.jsonl");
  ASSERT_TRUE(table) << to_string(table.error());
  EXPECT_EQ(all_of(*table), (rows{{"ann", "1.50", "[1,\"x\"]"}, {"b\"ob", "true", ""}}));
  EXPECT_EQ(table->line_of(1), 3U);
}

TEST(Feeder, RefusesBadJsonLinesWithTheirLine) {
  for (auto const& c : {
           refusal_case{"no text", "\n\n", "u.jsonl:1: the file is empty"},
           refusal_case{"no JSON", "{\"a\":1}\n{a}\n", "u.jsonl:2: not valid JSON"},
           refusal_case{"no object", "{\"a\":1}\n[1]\n", "u.jsonl:2: each line must be a JSON object"},
           refusal_case{"a key missing", "{\"a\":1,\"b\":2}\n\n{\"a\":1}\n", "u.jsonl:3: b: missing in this row"},
           refusal_case{"a key too many", "{\"a\":1}\n{\"a\":1,\"b\":2}\n",
                        "u.jsonl:2: b: no such key in the first row"},
           refusal_case{"a key twice", "{\"a\":1}\n{\"a\":1,\"a\":2}\n",
                        "u.jsonl:2: a: stands in this row more than once"},
           refusal_case{"a bad name", "{\"a b\":1}\n", "u.jsonl:1: column 1: a column needs a name"},
       }) {
    SCOPED_TRACE(c.claim);
    auto const table = read_json_lines(c.text, "u.jsonl");
    ASSERT_FALSE(table);
    EXPECT_NE(to_string(table.error()).find(c.message), std::string::npos) << to_string(table.error());
  }
}

TEST(Feeder, KnowsFormatsByName) {
  EXPECT_EQ(table_format_of("a/users.csv"), table_format::csv);
  EXPECT_EQ(table_format_of("users.jsonl"), table_format::json_lines);
  EXPECT_EQ(table_format_of("users.ndjson"), table_format::json_lines);
  EXPECT_EQ(table_format_of("users.txt"), std::nullopt);
}

std::vector<int> drawn(feeder_order order, std::size_t row_count, std::uint32_t shard, std::uint32_t shards, int draws,
                       std::uint64_t seed = 1) {
  row_picker picker{order, row_count, shard, shards};
  random_engine random{seed};
  std::vector<int> numbers;
  for (int i = 0; i < draws; ++i) {
    auto const row = picker.next(random);
    numbers.push_back(row ? static_cast<int>(*row) : -1);
  }
  return numbers;
}

TEST(Feeder, SequentialGoesRoundAndShardsTakeTurns) {
  EXPECT_EQ(drawn(feeder_order::sequential, 3, 0, 1, 5), (std::vector{0, 1, 2, 0, 1}));
  EXPECT_EQ(drawn(feeder_order::sequential, 5, 1, 2, 5), (std::vector{1, 3, 0, 2, 4}));
}

TEST(Feeder, OnceUsesEachRowOnceOverAllShards) {
  EXPECT_EQ(drawn(feeder_order::once, 3, 0, 2, 4), (std::vector{0, 2, -1, -1}));
  EXPECT_EQ(drawn(feeder_order::once, 3, 1, 2, 3), (std::vector{1, -1, -1}));
  EXPECT_EQ(drawn(feeder_order::once, 1, 1, 2, 1), (std::vector{-1}));
}

TEST(Feeder, RandomFollowsTheSeed) {
  EXPECT_EQ(drawn(feeder_order::random, 1000, 0, 1, 9, 5), drawn(feeder_order::random, 1000, 0, 1, 9, 5));
  EXPECT_NE(drawn(feeder_order::random, 1000, 0, 1, 9, 5), drawn(feeder_order::random, 1000, 0, 1, 9, 6));
  auto const draws = drawn(feeder_order::random, 3, 0, 1, 100);
  EXPECT_EQ(std::set<int>(draws.begin(), draws.end()), (std::set{0, 1, 2}));
}

}  // namespace
}  // namespace holdfast::load
