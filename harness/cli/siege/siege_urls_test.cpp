#include "cli/siege/siege_urls.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/siege/siege_test_support.hpp"

namespace holdfast::cli {
namespace {

using ::testing::HasSubstr;

struct url_file : ::testing::Test {
  testing::fake_environment world;

  std::vector<siege_request> read(std::string const& text, bool escape = true) {
    auto requests = parse_siege_urls(text, "urls.txt", {world.view(), {{"RC", "of-rc"}}, escape});
    EXPECT_TRUE(requests) << to_string(requests.error());
    return requests ? *requests : std::vector<siege_request>{};
  }
  std::string problems(std::string const& text, bool escape = true) {
    auto const requests = parse_siege_urls(text, "urls.txt", {world.view(), {}, escape});
    return requests ? "" : to_string(requests.error());
  }
  siege_request one(std::string const& text) {
    auto const all = read(text);
    EXPECT_EQ(all.size(), 1U);
    return all.empty() ? siege_request{} : all.front();
  }
};

TEST_F(url_file, HoldsUrlsCommentsAndEmptyLines) {
  auto const all = read("# comment\n\nhttp://a/x\r\n  b:8080/y   # trailing\nhttps://[::1]/z");
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(net::to_string(all[0].where), "http://a/x");
  EXPECT_EQ(net::to_string(all[1].where), "http://b:8080/y") << "a missing scheme means http";
  EXPECT_EQ(net::to_string(all[2].where), "https://[::1]/z");
}

TEST_F(url_file, VariablesComeFromTheFileTheResourceFileAndTheEnvironment) {
  world.variables["ENVIRONMENT"] = "env";
  auto const request = one("HOST = h:81\nBASE=http://$(HOST)/p\n${BASE}/$(RC)/${ENVIRONMENT}?cost=\\$5\n");
  EXPECT_EQ(request.where.to.host, "h");
  EXPECT_EQ(request.where.target, "/p/of-rc/env?cost=$5");
}

TEST_F(url_file, MethodsAndBodiesFollowTheUrl) {
  auto const all = read(
      "http://h/a POST a=1&b=2\nhttp://h/b PUT {\"x\": \"POST y\"}\nhttp://h/c DELETE\nhttp://h/d PATCH  # two\n"
      "http://h/e OPTIONS\nhttp://h/f HEAD\nhttp://h/g GET\nhttp://h/POST\n");
  ASSERT_EQ(all.size(), 8U);
  EXPECT_EQ(all[0].method + "|" + all[0].body, "POST|a=1&b=2");
  EXPECT_EQ(all[1].method + "|" + all[1].body, "PUT|{\"x\": \"POST y\"}");
  EXPECT_EQ(all[2].method + "|" + all[2].body, "DELETE|");
  EXPECT_EQ(all[3].method + "|" + all[3].body, "PATCH|# two") << "a body may look like a comment";
  EXPECT_EQ(all[4].method, "OPTIONS");
  EXPECT_EQ(all[5].method, "HEAD");
  EXPECT_EQ(all[6].method, "GET");
  EXPECT_EQ(all[7].where.target, "/POST");
}

TEST_F(url_file, BodiesMayComeFromFilesAndNameTheirType) {
  world.files["dir/b.json"] = "{\"x\":1}\n";
  world.files["b.unknown"] = "u";
  auto const all = read(
      "http://h/ POST <dir/b.json\nhttp://h/ POST < b.unknown\nhttp://h/ POST -T text/x; <dir/b.json\n"
      "http://h/ POST -T text/plain; hi; there\n");
  ASSERT_EQ(all.size(), 4U);
  EXPECT_EQ(all[0].body + all[0].content_type, "{\"x\":1}\napplication/json");
  EXPECT_EQ(all[1].body + all[1].content_type, "u");
  EXPECT_EQ(all[2].content_type, "text/x");
  EXPECT_EQ(all[3].content_type + "|" + all[3].body, "text/plain|hi; there");
}

TEST_F(url_file, WhatMayNotBeSentIsEscapedUnlessThatIsOff) {
  EXPECT_EQ(one("http://h/a b?c<d>\"e|f%20\xc3\xa9").where.target, "/a%20b?c%3Cd%3E%22e%7Cf%20%C3%A9");
  EXPECT_THAT(problems("http://h/a b", false), HasSubstr("urls.txt:1:"));
}

TEST_F(url_file, LoginsInUrlsAreKept) {
  auto const request = one("http://joe:pw@h/");
  ASSERT_TRUE(request.where.login);
  EXPECT_EQ(request.where.login->user + request.where.login->password, "joepw");
  EXPECT_EQ(net::to_string(request.where), "http://h/");
}

TEST_F(url_file, AllProblemsComeAtOnceWithTheirLine) {
  auto const text = problems("http://h/\nftp://h/x\nhttp://h/$(GONE)\nhttp://h/ POST <gone.txt\nhttp://h:99999/\n" +
                             ("http://h/ POST " + std::string(longest_siege_url_line, 'x')) +
                             "\nhttp://h/ GET body\nhttp://h/ POST -T type\n");
  for (auto const* const part :
       {"urls.txt:2: FTP is not supported (got \"ftp://h/x\")", "urls.txt:3: this variable has no value (got \"GONE\")",
        "urls.txt:4: the file of the body cannot be read", "urls.txt:5: ", "urls.txt:6: the line has 40015 bytes",
        "urls.txt:7: GET has no body (got \"body\")", "urls.txt:8: the type after -T does not end"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  EXPECT_THAT(problems("# nothing\n"), HasSubstr("urls.txt: there is no URL in this file"));
}

TEST_F(url_file, TheUrlArgumentHasTheSameForm) {
  siege_url_rules const rules{world.view(), {}, true};
  auto const request =
      parse_siege_url("http://order:8080/orders POST {\"buyer\" : \"kary\"}", "command line", "URL", rules);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->method + request->body, "POST{\"buyer\" : \"kary\"}");
  auto const wrong = parse_siege_url("gopher://h/", "command line", "URL", rules);
  ASSERT_FALSE(wrong);
  EXPECT_THAT(to_string(wrong.error()), HasSubstr("command line: URL: "));
}

}  // namespace
}  // namespace holdfast::cli
