#include "kit/rest/request_document.hpp"

#include <gtest/gtest.h>

namespace holdfast::kit {
namespace {

std::vector<resource_field> const fields{
    {"title", field_kind::text}, {"stock", field_kind::integer32}, {"bookId", field_kind::integer64}};

struct good_body {
  char const* claim;
  char const* body;
  std::optional<value> title, stock, book_id;
};

std::optional<value> text(char const* t) { return value{std::string{t}}; }
std::optional<value> number(std::int64_t n) { return value{n}; }
std::optional<value> const null{value{}};

TEST(RequestDocument, IsReadLeniently) {
  for (auto const& c :
       {good_body{"numbers and text", R"({"title":"a","stock":1,"bookId":2})", text("a"), number(1), number(2)},
        good_body{"what is missing is not mentioned", "{}", {}, {}, {}},
        good_body{"a null is mentioned", R"({"title":null})", null, {}, {}},
        good_body{"numbers as strings", R"({"stock":"10","bookId":" 1 "})", {}, number(10), number(1)},
        good_body{"an empty string is no number", R"({"stock":""})", {}, null, {}},
        good_body{"text as numbers", R"({"title":15})", text("15"), {}, {}},
        good_body{"text as fractions", R"({"title":1.50})", text("1.50"), {}, {}},
        good_body{"whole numbers with a point", R"({"stock":3.0})", {}, number(3), {}},
        good_body{
            "unknown fields of any form", R"({"x":{"title":"no"},"y":[{"stock":4}],"stock":5})", {}, number(5), {}},
        good_body{"of repeated keys the last counts", R"({"stock":1,"stock":2})", {}, number(2), {}},
        good_body{"the ends of 64 bits", R"({"bookId":-9223372036854775808})", {}, {}, number(INT64_MIN)},
        good_body{"the ends of 32 bits", R"({"stock":2147483647})", {}, number(2147483647), {}},
        good_body{"UTF-8", "{\"title\":\"\xED\x98\xB8\"}", text("\xED\x98\xB8"), {}, {}}}) {
    SCOPED_TRACE(c.claim);
    auto const read = read_document(c.body, fields);
    ASSERT_TRUE(read.has_value()) << read.error();
    EXPECT_EQ(read->fields, (std::vector<std::optional<value>>{c.title, c.stock, c.book_id}));
  }
}

struct bad_body {
  char const* claim;
  std::string body;
  char const* says;
};

TEST(RequestDocument, RefusesWhatItsFieldsCannotHold) {
  std::string deep = R"({"x":)";
  for (int i = 0; i < 100'000; ++i) deep += '[';
  for (auto const& c :
       {bad_body{"nothing", "", "missing"}, bad_body{"blanks", "  ", "parse error"},
        bad_body{"half a document", R"({"title":"a)", "parse error"},
        bad_body{"something behind it", R"({} x)", "parse error"}, bad_body{"an array", "[]", "an object is expected"},
        bad_body{"a number", "5", "an object is expected"},
        bad_body{"an object as text", R"({"title":{}})", "title must be text, not an object"},
        bad_body{"an array as a number", R"({"stock":[1]})", "stock must be a whole number, not an array"},
        bad_body{"a boolean as a number", R"({"stock":true})", "not a boolean"},
        bad_body{"words as a number", R"({"stock":"many"})", "no whole number"},
        bad_body{"a fraction", R"({"stock":1.5})", "a fraction"},
        bad_body{"more than 32 bits", R"({"stock":2147483648})", "stock is out of range"},
        bad_body{"more than 64 bits", R"({"bookId":9223372036854775808})", "out of range"},
        bad_body{"a huge number", R"({"bookId":1e400})", ""},
        bad_body{"a huge number as a string", R"({"bookId":"99999999999999999999"})", "out of range"},
        bad_body{"bytes that are no UTF-8", "{\"title\":\"\xFF\"}", "parse error"},
        bad_body{"deep nesting", deep, "nested too deeply"}}) {
    SCOPED_TRACE(c.claim);
    auto const read = read_document(c.body, fields);
    ASSERT_FALSE(read.has_value());
    EXPECT_NE(read.error().find(c.says), std::string::npos) << read.error();
  }
}

TEST(RequestDocument, KeepsTheIdForTheOriginalsBehaviour) {
  EXPECT_EQ(read_document(R"({"id":7})", fields)->id, 7);
  EXPECT_EQ(read_document(R"({"id":"8"})", fields)->id, 8);
  EXPECT_EQ(read_document(R"({"id":null,"x":{"id":5}})", fields)->id, std::nullopt);
}

TEST(RequestDocument, WordsARefusalAsTheExporterDoes) {
  EXPECT_EQ(refusal_json("a \"b\""), R"({"cause":null,"message":"a \"b\""})");
}

}  // namespace
}  // namespace holdfast::kit
