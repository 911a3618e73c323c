#include <map>

#include <gtest/gtest.h>

#include "load/scenario.hpp"

namespace holdfast::load {
namespace {

using files = std::map<std::string, std::string, std::less<>>;

file_loader loader_of(files content) {
  return [content = std::move(content)](std::string_view name) -> result<std::string, file_problem> {
    auto const found = content.find(name);
    if (found == content.end()) return file_problem{name, "cannot be opened: No such file or directory"};
    return found->second;
  };
}

result<scenario, diagnostics> read(std::string_view text, files content = {}, scenario_options const& options = {}) {
  return read_scenario(text, "s.json", loader_of(std::move(content)), options);
}

// A scenario with a base and these steps.
std::string with_steps(std::string_view steps, std::string_view more = "") {
  return "{\"base\": \"http://h:81\",\n" + std::string{more} + "\"mix\": [{\"steps\": [\n" + std::string{steps} +
         "\n]}]}";
}

scenario good(std::string_view text, files content = {}) {
  auto made = read(text, std::move(content));
  EXPECT_TRUE(made) << text << "\n" << to_string(made.error());
  return made ? std::move(*made) : scenario{};
}

TEST(ScenarioReader, ReadsTheSmallestScenario) {
  auto const made = good(R"({"mix": [{"get": "http://h:81/a?b=c"}]})");
  ASSERT_EQ(made.mix.size(), 1U);
  auto const& step = made.mix[0].steps.at(0);
  EXPECT_EQ(step.fixed_bytes, "GET /a?b=c HTTP/1.1\r\nHost: h:81\r\nUser-Agent: holdfast\r\nAccept: */*\r\n\r\n");
  EXPECT_EQ(made.request_names, std::vector<std::string>{"GET http://h:81/a?b=c"});
  EXPECT_EQ(made.origins.at(step.origin).port, 81);
  EXPECT_EQ(step.wants, answer_wants::headers);
  EXPECT_EQ(step.redirects, 10U);
  EXPECT_EQ(made.mix[0].weight, 1);
}

struct request_case {
  char const* claim;
  std::string_view step;
  std::string_view expected;  // part of the fixed request
};

TEST(ScenarioReader, ReadsRequests) {
  for (auto const& c : {
           request_case{"methods", R"({"options": "/x"})", "OPTIONS /x HTTP/1.1\r\nHost: h:81\r\n"},
           request_case{"a URL of its own", R"({"get": "http://other/x"})", "GET /x HTTP/1.1\r\nHost: other\r\n"},
           request_case{"a URL without path", R"({"get": "http://other?a=b"})",
                        "GET /?a=b HTTP/1.1\r\nHost: other\r\n"},
           request_case{"headers", R"({"get": "/x", "headers": {"X-A": "1", "X-N": 2}})", "X-A: 1\r\nX-N: 2\r\n\r\n"},
           request_case{
               "compact JSON in its order", R"({"post": "/x", "json": {"b": [1, true, null], "a": "q\"\n"}})",
               "Content-Type: application/json\r\nContent-Length: 31\r\n\r\n{\"b\":[1,true,null],\"a\":\"q\\\"\\n\"}"},
           request_case{
               "a form", R"({"post": "/x", "form": {"a b": "c&d", "n": 1, "t": true}})",
               "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 22\r\n\r\na%20b=c%26d&n=1&t=true"},
           request_case{"a text", R"({"put": "/x", "body": "abc"})",
                        "Content-Type: text/plain; charset=utf-8\r\nContent-Length: 3\r\n\r\nabc"},
           request_case{"a type of its own", R"({"put": "/x", "body": "abc", "headers": {"content-type": "text/x"}})",
                        "content-type: text/x\r\nContent-Length: 3\r\n\r\nabc"},
           request_case{"a file", R"({"post": "/x", "body_file": "b.bin"})",
                        "Content-Type: application/octet-stream\r\nContent-Length: 8\r\n\r\n{{data}}"},
           request_case{"a JSON file", R"({"post": "/x", "body_file": "b.json"})",
                        "Content-Type: application/json\r\n"},
           request_case{"a login", R"({"get": "/x", "auth": {"user": "a", "password": "b"}})",
                        "Authorization: Basic YTpi\r\n\r\n"},
           request_case{"a login in the URL", R"({"get": "http://a:b@other/x"})", "Authorization: Basic YTpi\r\n\r\n"},
       }) {
    SCOPED_TRACE(c.claim);
    auto const made = good(with_steps(c.step), {{"b.bin", "{{data}}"}, {"b.json", "{}"}});
    ASSERT_FALSE(made.mix.empty());
    auto const& bytes = made.mix[0].steps.at(0).fixed_bytes;
    EXPECT_NE(bytes.find(c.expected), std::string::npos) << bytes;
  }
}

TEST(ScenarioReader, StepsTakeOverWhatTheScenarioSays) {
  auto const made =
      good(R"({"base": "http://u:p@h/api/", "http": "1.0", "keep_alive": false, "headers": {"X-A": "1", "X-B": "2"},
    "redirects": 3, "on_failure": "continue", "think": "2s",
    "mix": [{"get": "/x"}, {"get": "/y", "headers": {"x-a": "own", "X-B": null, "Authorization": "t"},
             "redirects": 0, "on_failure": "stop", "think": "0"}]})");
  auto const& first = made.mix.at(0).steps.at(0);
  EXPECT_EQ(first.fixed_bytes,
            "GET /api/x HTTP/1.0\r\nHost: h\r\nUser-Agent: holdfast\r\nAccept: */*\r\nX-A: 1\r\nX-B: 2\r\n"
            "Authorization: Basic dTpw\r\n\r\n");
  EXPECT_TRUE(first.close_after);
  EXPECT_EQ(first.redirects, 3U);
  EXPECT_EQ(first.on_failure, after_failure::go_on);
  EXPECT_EQ(first.think.first, std::chrono::seconds{2});
  auto const& second = made.mix.at(1).steps.at(0);
  EXPECT_EQ(
      second.fixed_bytes,
      "GET /api/y HTTP/1.0\r\nHost: h\r\nUser-Agent: holdfast\r\nAccept: */*\r\nx-a: own\r\nAuthorization: t\r\n\r\n");
  EXPECT_EQ(second.redirects, 0U);
  EXPECT_EQ(second.on_failure, after_failure::stop);
  EXPECT_EQ(second.think.first, nanoseconds{0});
}

TEST(ScenarioReader, TheCommandLinesBaseReplacesTheFiles) {
  auto const made =
      read(R"({"base": "http://file", "mix": [{"get": "/x"}]})", {}, {.base = *net::parse_url("http://line:99")});
  ASSERT_TRUE(made);
  EXPECT_EQ(made->origins.at(0).host, "line");
  EXPECT_TRUE(read(R"({"mix": [{"get": "/x"}]})", {}, {.base = *net::parse_url("http://line")}));
}

TEST(ScenarioReader, SharesNamesAndOrigins) {
  auto const made =
      good(R"({"base": "http://h", "mix": [{"name": "a", "steps": [{"name": "x", "get": "/1"}, {"get": "/2"}]},
                             {"name": "x", "get": "/3"}, {"get": "http://other/"}]})");
  EXPECT_EQ(made.request_names, (std::vector<std::string>{"x", "GET /2", "GET http://other/"}));
  EXPECT_EQ(made.mix.at(1).steps.at(0).name, 0U);
  EXPECT_EQ(made.origins.size(), 2U);
}

TEST(ScenarioReader, KnowsWhatStepsNeed) {
  auto const made =
      good(with_steps(R"(
    {"post": "/login", "json": {"u": "{{user}}", "m": "{{users.mail}}"}, "extract": {"token": {"json": "/t"}}},
    {"get": "/a", "headers": {"X-T": "{{token}}"}, "check": {"body": {"contains": "{{mail}}"}}},
    {"get": "/b/{{seq}}", "extract": {"token": {"header": "X-T", "default": ""}}})",
                      R"("vars": {"v": 1}, "feeders": {"users": {"file": "u.csv"}, "other": {"file": "o.csv"}},)"),
           {{"u.csv", "name,mail\na,b\n"}, {"o.csv", "x\n1\n"}});
  ASSERT_EQ(made.mix.size(), 1U);
  EXPECT_EQ(made.fixed, std::vector<std::string>{"1"});
  EXPECT_EQ(made.feeders.at(0).first_variable, 1U);
  EXPECT_EQ(made.feeders.at(1).first_variable, 3U);
  EXPECT_EQ(made.first_extracted, 4U);
  EXPECT_EQ(made.variables, 5U) << "the token is one variable though two steps extract it";
  EXPECT_EQ(made.mix[0].feeders, std::vector<std::uint32_t>{0}) << "the other feeder is not used";
  auto const& steps = made.mix[0].steps;
  EXPECT_TRUE(steps.at(0).needs.empty());
  EXPECT_EQ(steps.at(1).needs, std::vector<std::uint32_t>{4});
  EXPECT_FALSE(steps.at(1).uses_seq);
  EXPECT_TRUE(steps.at(2).uses_seq);
  EXPECT_EQ(steps.at(0).wants, answer_wants::headers_and_body);
  EXPECT_EQ(steps.at(2).wants, answer_wants::headers);
  EXPECT_TRUE(steps.at(0).extractions.at(0).goes_into_header);
}

TEST(ScenarioReader, ReadsChecks) {
  auto const made = good(with_steps(R"({"get": "/", "check": {"status": [200, "3xx", "404-405"],
    "headers": {"Content-Type": "a/b", "ETag": {"present": false}, "X": {"contains": "c", "matches": "^d"}},
    "body": {"contains": ["e", "f"], "not_contains": "g", "equals": "h", "matches": "i", "min_size": 1, "max_size": "1KiB",
             "json": {"/a": 1, "/b": {"exists": false}, "/c": null, "/d": {"equals": "x", "contains": "y"}}}},
    "refused": {"status": 503}, "fallback": {"headers": {"X-Fallback": {}}}})"));
  ASSERT_FALSE(made.mix.empty());
  auto const& step = made.mix[0].steps.at(0);
  auto const& check = step.rules.check;
  EXPECT_TRUE(check.expects(200) && check.expects(399) && check.expects(405));
  EXPECT_FALSE(check.expects(201) || check.expects(406));
  ASSERT_EQ(check.headers.size(), 3U);
  EXPECT_EQ(check.headers[0].name, "content-type");
  EXPECT_EQ(check.headers[0].value.equals->text(), "a/b");
  EXPECT_FALSE(check.headers[1].present);
  EXPECT_EQ(check.body.contains.size(), 2U);
  EXPECT_EQ(check.body.lacks.size(), 1U);
  EXPECT_EQ(check.least_bytes, 1U);
  EXPECT_EQ(check.most_bytes, 1024U);
  ASSERT_EQ(check.json.size(), 4U);
  EXPECT_EQ(check.json[0].kind, json_kind::number);
  EXPECT_FALSE(check.json[1].exists);
  EXPECT_EQ(check.json[2].kind, json_kind::null);
  EXPECT_EQ(check.json[3].value.contains.size(), 1U);
  EXPECT_EQ(step.pointers.size(), 4U);
  EXPECT_TRUE(step.rules.refused->expects(503));
  EXPECT_EQ(step.rules.fallback->headers.size(), 1U);
}

struct refusal_case {
  char const* claim;
  std::string text;
  std::string_view message;
};

void expect_refused(std::vector<refusal_case> const& cases, files const& content = {}) {
  for (auto const& c : cases) {
    SCOPED_TRACE(c.claim);
    auto const made = read(c.text, content);
    ASSERT_FALSE(made);
    auto const all = to_string(made.error());
    EXPECT_NE(all.find(c.message), std::string::npos) << all;
    for (auto const& d : made.error()) EXPECT_FALSE(d.fix.empty()) << to_string(d);
  }
}

TEST(ScenarioReader, RefusesWhatTheScenarioAsAWholeGetsWrong) {
  expect_refused({
      {"no JSON", "{", "s.json:1: not valid JSON"},
      {"no object", "[]", "s.json:1: must be an object, not an array (got \"[]\")"},
      {"no mix", "{}", "s.json:1: mix: missing.\nAdd e.g. \"mix\""},
      {"an empty mix", "{\"mix\": []}", "s.json:1: mix: an empty mix does nothing"},
      {"no list", "{\"mix\": {}}", "mix: must be an array, not an object"},
      {"an unknown key", "{\"mix\": [{\"get\": \"http://h/\"}],\n\"redirect\": 5}",
       "s.json:2: redirect: no such key here (got \"5\").\nDid you mean \"redirects\"?"},
      {"a repeated key", "{\"mix\": [{\"get\": \"http://h/\"}],\n\"mix\": []}",
       "s.json:2: mix: the key stands here for the second time; first on line 1"},
      {"a bad base", "{\"base\": \"ftp://h\", \"mix\": [{\"get\": \"/\"}]}", "s.json:1: base: "},
      {"a base with a query", "{\"base\": \"http://h/?a\", \"mix\": [{\"get\": \"/\"}]}", "base: a base has no query"},
      {"a bad version", "{\"http\": \"2\", \"mix\": [{\"get\": \"http://h/\"}]}", "http: no such choice (got \"2\")"},
      {"bad cookies", "{\"cookies\": \"yes\", \"mix\": [{\"get\": \"http://h/\"}]}",
       "cookies: must be true, false or \"fresh\" (got \"yes\")"},
      {"too many redirects", "{\"redirects\": 101, \"mix\": [{\"get\": \"http://h/\"}]}",
       "redirects: must be a whole number from 0 to 100 (got \"101\")"},
      {"a bad failure policy", "{\"on_failure\": \"go\", \"mix\": [{\"get\": \"http://h/\"}]}",
       "on_failure: no such choice (got \"go\").\nUse one of: stop, continue."},
      {"a weight of nothing", "{\"mix\": [{\"weight\": 0, \"get\": \"http://h/\"}]}",
       "mix[0].weight: a weight is above zero, and at most 1000000000 (got \"0\")"},
      {"an entry without steps", "{\"mix\": [{\"name\": \"x\"}]}", "mix[0].steps: missing"},
      {"an empty sequence", "{\"mix\": [{\"steps\": []}]}", "mix[0].steps: a sequence needs at least one step"},
      {"login and header",
       R"({"headers": {"Authorization": "x"}, "auth": {"user": "a", "password": "b"}, "mix": [{"get": "http://h/"}]})",
       "auth: there is an Authorization header as well"},
      {"a login without password", R"({"auth": {"user": "a"}, "mix": [{"get": "http://h/"}]})",
       "auth.password: missing"},
      {"a user with a colon", R"({"auth": {"user": "a:b", "password": "c"}, "mix": [{"get": "http://h/"}]})",
       "auth.user: a user's name for Basic authentication has no colon"},
  });
}

TEST(ScenarioReader, RefusesBadSteps) {
  expect_refused({
      {"no request", with_steps("{\"name\": \"x\"}"), "s.json:3: mix[0].steps[0]: the step has no request"},
      {"two requests", with_steps(R"({"get": "/", "post": "/"})"), "steps[0].post: the step has a \"get\" already"},
      {"a misspelt key", with_steps(R"({"get": "/", "chekc": {}})"), "steps[0].chekc: no such key here"},
      {"weight inside a sequence", with_steps(R"({"get": "/", "weight": 2})"), "steps[0].weight: no such key here"},
      {"neither path nor URL", with_steps(R"({"get": "items"})"),
       "steps[0].get: neither a path nor a URL (got \"items\")"},
      {"no base", R"({"mix": [{"get": "/x"}]})", "mix[0].get: a path needs a base (got \"/x\")"},
      {"a placeholder as host", with_steps(R"({"get": "http://{{seq}}/x"})"),
       "scheme, host and port cannot be placeholders"},
      {"a bad URL", with_steps(R"({"get": "http://h:99999/x"})"), "steps[0].get: "},
      {"a blank in the path", with_steps(R"({"get": "/a b"})"), "steps[0].get: a target has no blanks"},
      {"line breaks in the path", with_steps(R"({"get": "/a\r\nX: 1"})"), "steps[0].get: a target has no blanks"},
      {"a fragment", with_steps(R"({"get": "/a#b"})"), "steps[0].get: a fragment is never sent"},
      {"an unknown variable", with_steps("{\"get\":\n\"/a/{{idd}}\"}"),
       "s.json:4: mix[0].steps[0].get: no variable \"idd\" is known here (column 4 of the text) (got \"{{idd}}\")"},
      {"a header that splits", with_steps(R"({"get": "/", "headers": {"X": "a\r\nY: b"}})"),
       "steps[0].headers.X: a header's value has no line breaks"},
      {"a bad header name", with_steps(R"({"get": "/", "headers": {"X Y": "a"}})"), "no header name (got \"X Y\")"},
      {"the body's length", with_steps(R"({"get": "/", "headers": {"Content-Length": "5"}})"),
       "this header follows from the body"},
      {"the connection", with_steps(R"({"get": "/", "headers": {"Connection": "close"}})"),
       "Use \"keep_alive\": true or false."},
      {"cookies by hand and by jar", with_steps(R"({"get": "/", "headers": {"Cookie": "a=b"}})", "\"cookies\": true,"),
       "cookies are kept by the users here"},
      {"a header twice", with_steps(R"({"get": "/", "headers": {"X": "a", "x": "b"}})"),
       "the header stands here twice"},
      {"a header of a wrong kind", with_steps(R"({"get": "/", "headers": {"X": []}})"),
       "headers.X: must be a string or a number, not an array"},
      {"two bodies", with_steps(R"({"post": "/", "json": {}, "body": "x"})"),
       "steps[0].body: the step has a body from \"json\" already"},
      {"no such file", with_steps(R"({"post": "/", "body_file": "no.bin"})"),
       "steps[0].body_file: \"no.bin\" cannot be opened"},
      {"a bad form", with_steps(R"({"post": "/", "form": {"a": []}})"),
       "form.a: must be a string, a number, true or false"},
      {"a bad template in JSON", with_steps("{\"post\": \"/\", \"json\": {\"a\":\n[\"{{random}}\"]}}"),
       "s.json:4: mix[0].steps[0].json.a[0]: \"random\" takes two whole numbers"},
      {"a key twice in JSON", with_steps(R"({"post": "/", "json": {"a": 1, "a": 2}})"),
       "json.a: the key stands here for the second time"},
      {"a bad think time", with_steps(R"({"get": "/", "think": 100})"),
       "steps[0].think: must be a duration with its unit, not a number"},
      {"no law", with_steps(R"({"get": "/", "think": {}})"), "needs either \"uniform\" or \"exponential\""},
      {"one end", with_steps(R"({"get": "/", "think": {"uniform": ["1s"]}})"),
       "needs the shortest and the longest pause"},
      {"ends swapped", with_steps(R"({"get": "/", "think": {"uniform": ["2s", "1s"]}})"),
       "the longest pause is shorter than the shortest"},
      {"a mean of nothing", with_steps(R"({"get": "/", "think": {"exponential": "0s"}})"),
       "the mean must be above zero"},
      {"an empty name", with_steps(R"({"get": "/", "name": ""})"), "a name has at least one character"},
      {"login and header",
       with_steps(R"({"get": "/", "headers": {"Authorization": "x"}, "auth": {"user": "a", "password": "b"}})"),
       "the step has an Authorization header as well"},
  });
}

TEST(ScenarioReader, RefusesBadChecksAndExtractions) {
  expect_refused({
      {"a bad status", with_steps(R"({"get": "/", "check": {"status": 99}})"), "check.status: no status (got \"99\")"},
      {"a bad class", with_steps(R"({"get": "/", "check": {"status": "6xx"}})"),
       "check.status: no status (got \"6xx\")"},
      {"a range backwards", with_steps(R"({"get": "/", "check": {"status": ["204-200"]}})"),
       "check.status[0]: no status"},
      {"no status at all", with_steps(R"({"get": "/", "check": {"status": []}})"), "an empty list expects nothing"},
      {"a bad pattern", with_steps(R"({"get": "/", "check": {"body": {"matches": "(a"}}})"),
       "body.matches: no regular expression: missing )"},
      {"nothing to look for", with_steps(R"({"get": "/", "check": {"body": {"contains": ""}}})"),
       "every text contains the empty text"},
      {"an empty list", with_steps(R"({"get": "/", "check": {"body": {"contains": []}}})"),
       "an empty list checks nothing"},
      {"a bad pointer", with_steps(R"({"get": "/", "check": {"body": {"json": {"a/b": 1}}}})"),
       "a JSON pointer is empty or begins with \"/\" (got \"a/b\")"},
      {"a container", with_steps(R"({"get": "/", "check": {"body": {"json": {"/a": [1]}}}})"),
       "must be a string, a number, true, false or null, not an array"},
      {"sizes swapped", with_steps(R"({"get": "/", "check": {"body": {"min_size": 2, "max_size": 1}}})"),
       "\"max_size\" is smaller than \"min_size\""},
      {"absent with a value",
       with_steps(R"({"get": "/", "check": {"headers": {"X": {"present": false, "equals": "1"}}}})"),
       "a header that must be absent has no value"},
      {"a drawn value", with_steps(R"({"get": "/", "check": {"body": {"contains": "{{uuid}}"}}})"),
       "a new random value cannot stand here"},
      {"a bad inherited rule, once", with_steps(R"({"get": "/"}, {"get": "/b"})", R"("refused": {"statsu": 503},)"),
       "s.json:2: refused.statsu: no such key here"},
      {"no source", with_steps(R"({"get": "/", "extract": {"a": {}}})"),
       "extract.a: needs exactly one of \"json\", \"header\" and \"regex\""},
      {"two sources", with_steps(R"({"get": "/", "extract": {"a": {"json": "/a", "header": "b"}}})"),
       "needs exactly one of"},
      {"a reserved name", with_steps(R"({"get": "/", "extract": {"seq": {"json": "/a"}}})"),
       "a variable needs a name that {{name}} can refer to (got \"seq\")"},
      {"a name in use", with_steps(R"({"get": "/", "extract": {"v": {"json": "/a"}}})", R"("vars": {"v": 1},)"),
       "a variable or a column has this name already (got \"v\")"},
      {"a bad header", with_steps(R"({"get": "/", "extract": {"a": {"header": "b c"}}})"),
       "no header name (got \"b c\")"},
      {"used before it is extracted", with_steps(R"({"get": "/{{a}}", "extract": {"a": {"json": "/a"}}})"),
       "no variable \"a\" is known here"},
  });
  auto const inherited = read(with_steps(R"({"get": "/"}, {"get": "/b"})", R"("refused": {"statsu": 503},)"));
  EXPECT_EQ(inherited.error().size(), 1U);
}

TEST(ScenarioReader, AnotherSequencesVariablesAreUnknown) {
  expect_refused(
      {{"of another sequence",
        R"({"base": "http://h", "mix": [{"get": "/", "extract": {"a": {"json": "/a"}}}, {"get": "/{{a}}"}]})",
        "mix[1].get: no variable \"a\" is known here"}});
}

TEST(ScenarioReader, RefusesBadData) {
  auto const feeding = [](std::string_view feeder) {
    return with_steps(R"({"get": "/"})", "\"feeders\": {\"f\": " + std::string{feeder} + "},\n");
  };
  expect_refused(
      {
          {"no file named", feeding("{}"), "s.json:2: feeders.f.file: missing"},
          {"no such file", feeding(R"({"file": "no.csv"})"), "feeders.f.file: \"no.csv\" cannot be opened"},
          {"an unknown format", feeding(R"({"file": "u.txt"})"), "the name does not tell the format (got \"u.txt\")"},
          {"an unknown order", feeding(R"({"file": "u.csv", "order": "shuffle"})"),
           "feeders.f.order: no such choice (got \"shuffle\")"},
          {"a bad row", feeding(R"({"file": "bad.csv"})"), "bad.csv:3: b: the row has 1 fields, but the header has 2"},
          {"a bad line", feeding(R"({"file": "bad.jsonl"})"), "bad.jsonl:1: not valid JSON"},
          {"a column that is not there",
           with_steps(R"({"get": "/{{f.nmae}}"})", R"("feeders": {"f": {"file": "u.csv"}},)"),
           "Did you mean \"f.name\"?"},
          {"a variable of a wrong kind", with_steps(R"({"get": "/"})", R"("vars": {"v": []},)"),
           "vars.v: must be a string, a number, true or false, not an array"},
          {"a variable's name", with_steps(R"({"get": "/"})", R"("vars": {"user": 1},)"),
           "vars.user: a variable needs a name"},
          {"a line break on its way into a header",
           with_steps(R"({"get": "/", "headers": {"X": "{{v}}"}})", R"("vars": {"v": "a\nb"},)"),
           "steps[0].headers.X: a value of \"vars\" has line breaks"},
          {"the same from a file",
           with_steps(R"({"get": "/", "headers": {"X": "{{f.name}}"}})", R"("feeders": {"f": {"file": "lines.csv"}},)"),
           "a value of \"f.name\" (line 3 of its file) has line breaks"},
      },
      {{"u.csv", "name,mail\na,b\n"},
       {"u.txt", "x"},
       {"bad.csv", "a,b\n1,2\n3\n"},
       {"bad.jsonl", "{"},
       {"lines.csv", "name\na\n\"b\nc\"\n"}});
}

TEST(ScenarioReader, WhatUsesABrokenDefinitionIsNotToBlame) {
  for (auto const* const more : {
           R"("feeders": {"f": {"file": "gone.csv"}},)",
           R"("feeders": {"f": {"fiel": "u.csv"}},)",
           R"("feeders": {"f": {"file": "u.xls"}},)",
       }) {
    SCOPED_TRACE(more);
    auto const read_back = read(with_steps(R"({"get": "/{{f.a}}/{{a}}/{{url f.b}}"})", more));
    ASSERT_FALSE(read_back);
    EXPECT_EQ(to_string(read_back.error()).find("is known here"), std::string::npos) << to_string(read_back.error());
  }
  auto const variable = read(with_steps(R"({"get": "/{{v}}"})", R"("vars": {"v": []},)"));
  EXPECT_EQ(variable.error().size(), 1U) << to_string(variable.error());
  auto const other = read(with_steps(R"({"get": "/{{w}}/{{g.a}}"})", R"("vars": {"v": []},)"));
  EXPECT_EQ(other.error().size(), 3U) << to_string(other.error());
}

TEST(ScenarioReader, AMisspeltMethodIsRecognized) {
  auto const entry = read(R"({"base": "http://h", "mix": [{"gett": "/"}]})");
  ASSERT_FALSE(entry);
  ASSERT_EQ(entry.error().size(), 1U) << to_string(entry.error());
  EXPECT_EQ(to_string(entry.error().front()),
            "s.json:1: mix[0].gett: no such key here (got \"/\").\nDid you mean \"get\"?");
  auto const step = read(with_steps(R"({"pots": "/"})"));
  ASSERT_EQ(step.error().size(), 1U) << to_string(step.error());
  EXPECT_EQ(step.error().front().fix, "Did you mean \"post\"?");
  auto const strange = read(R"({"base": "http://h", "mix": [{"zzzzz": "/"}]})");
  EXPECT_NE(to_string(strange.error()).find("Known here: get, post, put"), std::string::npos);
  EXPECT_NE(to_string(strange.error()).find("steps: missing"), std::string::npos);
}

TEST(ScenarioReader, AColumnInTwoFeedersNeedsItsFullName) {
  files const content{{"a.csv", "id\n1\n"}, {"b.csv", "id,user\n2,3\n"}};
  std::string const feeders = R"("feeders": {"a": {"file": "a.csv"}, "b": {"file": "b.csv"}},)";
  EXPECT_TRUE(read(with_steps(R"({"get": "/{{a.id}}/{{b.id}}/{{b.user}}"})", feeders), content));
  EXPECT_FALSE(read(with_steps(R"({"get": "/{{id}}"})", feeders), content));
}

TEST(ScenarioReader, ReportsAllProblemsAtOnce) {
  auto const made = read(
      "{\"bse\": 1,\n\"think\": 5,\n\"mix\": [{\"weight\": -1, \"get\": \"x\"},\n{\"steps\": [{\"put\": "
      "\"/{{a}}{{b}}\"}, {}]}]}");
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().size(), 6U) << to_string(made.error());
}

}  // namespace
}  // namespace holdfast::load
