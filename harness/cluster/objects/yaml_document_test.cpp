#include "cluster/objects/yaml_document.hpp"

#include <fmt/format.h>

namespace holdfast::cluster {
namespace {

using testing::HasSubstr;

json only_value(std::string_view text) {
  auto const read = read_yaml(text, "m.yaml");
  EXPECT_EQ(to_string(read.problems), "");
  EXPECT_EQ(read.documents.size(), 1U);
  return read.documents.empty() ? json() : read.documents[0].value;
}

TEST(YamlDocument, ReadsScalarsAsKubernetesDoes) {
  for (auto const& [text, expected] :
       std::vector<std::pair<char const*, json>>{{"yes", true},
                                                 {"On", true},
                                                 {"n", false},
                                                 {"false", false},
                                                 {"'yes'", "yes"},
                                                 {"\"1\"", "1"},
                                                 {"8080", 8080},
                                                 {"-7", -7},
                                                 {"+7", 7},
                                                 {"0x1F", 31},
                                                 {"0o17", 15},
                                                 {"0644", 420},
                                                 {"0b101", 5},
                                                 {"1_000", 1000},
                                                 {"1e3", 1000},
                                                 {"1.5", 1.5},
                                                 {".5", 0.5},
                                                 {"1.0", 1},
                                                 {"09", 9},
                                                 {"250m", "250m"},
                                                 {"64Mi", "64Mi"},
                                                 {"1.2.3", "1.2.3"},
                                                 {"12:30:45", "12:30:45"},
                                                 {"2001-01-01", "2001-01-01"},
                                                 {"1e", "1e"},
                                                 {"0x", "0x"},
                                                 {"127.0.0.1", "127.0.0.1"},
                                                 {"!!str 8080", "8080"},
                                                 {"!!int \"8080\"", 8080},
                                                 {"!!binary aGk=", "hi"},
                                                 {"18446744073709551615", 18446744073709551615ULL},
                                                 {"y", true},
                                                 {"Y", true},
                                                 {"tRUE", "tRUE"},
                                                 {"-0x10", -16},
                                                 {"0x_1", 1},
                                                 {"1__0", 10},
                                                 {"1_", 1},
                                                 {"_1", "_1"},
                                                 {"0_7", 7},
                                                 {"0o8", "0o8"},
                                                 {"08.5", 8.5},
                                                 {"-0b11", -3},
                                                 {"00", 0},
                                                 {"-0", 0},
                                                 {"1.", 1},
                                                 {".", "."},
                                                 {"+", "+"},
                                                 {".e1", ".e1"},
                                                 {"1e400", "1e400"},
                                                 {"1e+3", 1000},
                                                 {"1,000", "1,000"},
                                                 {"=", "="},
                                                 {"<<", "<<"},
                                                 {"99999999999999999999", 1e20},
                                                 {"!!bool yes", true},
                                                 {"!!float 1", 1},
                                                 {"yesterday", "yesterday"},
                                                 {"nullable", "nullable"}}) {
    SCOPED_TRACE(text);
    EXPECT_EQ(only_value(std::string{"- "} + text), json::array({expected}));
  }
  EXPECT_EQ(only_value("{a: ~, b: null, c: , d: ''}"), json::parse(R"({"a":null,"b":null,"c":null,"d":""})"));
}

TEST(YamlDocument, MakesEveryKeyAText) {
  EXPECT_EQ(only_value("{1: a, yes: b, 1.5: c, '2': d}"), json::parse(R"({"1":"a","true":"b","1.5":"c","2":"d"})"));
}

TEST(YamlDocument, ReadsJsonToo) {
  EXPECT_EQ(only_value(R"({"a": [1, "b\n\u00e4", {"c": null}], "d": false})"),
            json::parse(R"({"a": [1, "b\nä", {"c": null}], "d": false})"));
}

TEST(YamlDocument, ResolvesAliasesAndMerges) {
  EXPECT_EQ(only_value("a: &x {p: 1, q: 2}\nb: *x\nc: {<<: *x, q: 3}\nd: {<<: [{p: 5}, *x]}"),
            json::parse(R"({"a":{"p":1,"q":2},"b":{"p":1,"q":2},"c":{"p":1,"q":3},"d":{"p":5,"q":2}})"));
}

TEST(YamlDocument, SplitsDocumentsAndSkipsEmptyOnes) {
  auto const read = read_yaml("# nothing\n---\na: 1\n---\n---\nb: 2\n...\n", "m.yaml");
  ASSERT_EQ(read.documents.size(), 2U);
  EXPECT_EQ(read.documents[1].value, json::parse(R"({"b":2})"));
  EXPECT_TRUE(read_yaml("", "m.yaml").documents.empty());
  auto const ended = read_yaml("%YAML 1.1\n---\na: 1\n...\nb: 2\n...\n--- {c: 3}\n", "m.yaml");
  EXPECT_EQ(to_string(ended.problems), "");
  EXPECT_EQ(ended.documents.size(), 3U);
}

TEST(YamlDocument, KnowsTheLineOfEveryPart) {
  auto const read = read_yaml(
      "metadata:\n"
      "  name: x\n"
      "  labels: { app: a,\n"
      "            app.kubernetes.io/name: b }\n"
      "spec:\n"
      "  ports:\n"
      "    - name: http\n"
      "      port: 1\n"
      "    - port: 2\n",
      "m.yaml");
  ASSERT_EQ(read.documents.size(), 1U);
  auto const& lines = read.documents[0].lines;
  for (auto const& [path, line] : std::map<std::string, unsigned>{{"", 1},
                                                                  {"metadata.name", 2},
                                                                  {"metadata.labels", 3},
                                                                  {"metadata.labels[app]", 3},
                                                                  {"metadata.labels[app.kubernetes.io/name]", 4},
                                                                  {"metadata.labels.app.kubernetes.io/name", 4},
                                                                  {"spec", 5},
                                                                  {"spec.ports", 6},
                                                                  {"spec.ports[0]", 7},
                                                                  {"spec.ports[0].port", 8},
                                                                  {"spec.ports[1].port", 9},
                                                                  {"spec.ports[1].targetPort", 9},
                                                                  {"spec.ports[7]", 6},
                                                                  {"spec.selector", 5},
                                                                  {"status[", 1}}) {
    EXPECT_EQ(line_of(lines, path), line) << path;
  }
}

struct broken_case {
  std::string text;
  std::uint32_t line;
  char const* problem;
};

TEST(YamlDocument, TellsWhatIsBrokenAndWhere) {
  for (auto const& c : std::vector<broken_case>{
           {"a: 1\nb: 2\na: 3\n", 3, "the key occurs twice"},
           {"a: [1\nb: 2\n", 2, "this is no YAML"},
           {"a: b: c", 1, "this is no YAML"},
           {"a:\n  - 1\n - 2\n", 3, "this is no YAML"},
           {"a: *nothing", 1, "this is no YAML"},
           {"{a: 1}, b", 1, "left over"},
           {"a: 1\n---\n{b: 1}\nc: 2\n", 4, "left over"},
           {"- a\nb: c\n", 2, "left over"},
           {"{a: 1}\n...\n, c\n", 3, "left over"},
           {"a: &x [*x]", 1, "refers to what contains it"},
           {"? [1]\n: 2", 1, "a key has to be a text"},
           {"~: 2", 1, "a key has to be a text"},
           {"a: .inf", 1, "no such number"},
           {"a: !custom 1", 1, "not known"},
           {"a: !!int x", 1, "not what the tag"},
           {"a: 1\n<<: 3", 2, "only maps can be merged"},
           {"a: 1\nb: \xff", 2, "not text in UTF-8"},
           {std::string{"a\0b", 3}, 1, "not text in UTF-8"},
       }) {
    SCOPED_TRACE(c.text);
    auto const read = read_yaml(c.text, "m.yaml");
    ASSERT_FALSE(read.problems.empty());
    EXPECT_EQ(read.problems[0].file, "m.yaml");
    EXPECT_EQ(read.problems[0].line, c.line);
    EXPECT_THAT(read.problems[0].problem, HasSubstr(c.problem));
  }
}

TEST(YamlDocument, IsNotBlownUpByAliases) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    bomb += fmt::format("a{0}: &a{0} [*a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}]\n", i, i - 1);
  }
  auto const read = read_yaml(bomb, "m.yaml");
  ASSERT_EQ(read.problems.size(), 1U);
  EXPECT_THAT(read.problems[0].problem, HasSubstr("counting what aliases repeat"));
}

TEST(YamlDocument, IsBoundedInDepthTextAndSize) {
  EXPECT_THAT(read_yaml(std::string(100'000, '['), "m").problems.at(0).problem, HasSubstr("nested deeper"));
  std::string nested = "a0: &a0 [[[[[[[[[[[[[[[[[[[[x]]]]]]]]]]]]]]]]]]]]\n";
  for (int i = 1; i < 10; ++i) nested += fmt::format("a{0}: &a{0} [[[[[[[[[[*a{1}]]]]]]]]]]\n", i, i - 1);
  EXPECT_THAT(read_yaml(nested, "m").problems.at(0).problem, HasSubstr("nested deeper"));
  EXPECT_THAT(read_yaml("a: " + std::string(100, 'x'), "m", {.expanded_bytes = 99}).problems.at(0).problem,
              HasSubstr("more than"));
  EXPECT_THAT(read_yaml("a: 1", "m", {.bytes = 3}).problems.at(0).problem, HasSubstr("larger than 3 bytes"));
}

}  // namespace
}  // namespace holdfast::cluster
