#include "cli/siege/siege_request_writer.hpp"

#include <gtest/gtest.h>

namespace holdfast::cli {
namespace {

siege_request request_for(std::string_view url, std::string method = "GET", std::string body = {}) {
  return {.where = *net::parse_url(url), .method = std::move(method), .body = std::move(body), .content_type = {}};
}

std::string written(siege_settings const& settings, siege_request const& request,
                    siege_varying_fields const& fields = {}) {
  std::string out;
  siege_request_writer::assemble(out, siege_request_writer{settings}.prepare(request), fields);
  return out;
}

TEST(SiegeRequestWriter, WritesTheFieldsInSiegesOrder) {
  auto const settings = shipped_siege_settings(siege_dialect::v4_0);
  EXPECT_EQ(written(settings, request_for("http://127.0.0.1:8765/a")),
            "GET /a HTTP/1.1\r\nHost: 127.0.0.1:8765\r\nAccept: */*\r\nAccept-Encoding: gzip, deflate\r\n"
            "User-Agent: Mozilla/5.0 (pc-x86_64-linux-gnu) Siege/4.0.7\r\nConnection: close\r\n\r\n");
}

TEST(SiegeRequestWriter, BodiesComeWithTypeAndLength) {
  auto settings = bare_siege_settings(siege_dialect::v4_0);
  settings.user_agent = "me";
  settings.keep_alive = true;
  settings.headers = {"X-A: 1", "Accept: text/html"};
  EXPECT_EQ(written(settings, request_for("http://h/p", "POST", "{\"a\": \"b\"}")),
            "POST /p HTTP/1.0\r\nHost: h\r\nAccept: */*\r\nAccept-Encoding: *\r\nUser-Agent: me\r\nX-A: 1\r\n"
            "Accept: text/html\r\nConnection: keep-alive\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            "Content-Length: 10\r\n\r\n{\"a\": \"b\"}");
  settings.content_type = "application/json";
  EXPECT_NE(written(settings, request_for("http://h/p", "DELETE"))
                .find("Content-Type: application/json\r\nContent-Length: 0\r\n\r\n"),
            std::string::npos);
  auto typed = request_for("http://h/p", "POST", "x");
  typed.content_type = "text/x";
  EXPECT_NE(written(settings, typed).find("Content-Type: text/x\r\n"), std::string::npos) << "the line's own type wins";
}

TEST(SiegeRequestWriter, AHostOfTheUsersReplacesOurs) {
  auto settings = bare_siege_settings(siege_dialect::v4_0);
  settings.headers = {"host: virtual"};
  auto const text = written(settings, request_for("http://h/"));
  EXPECT_EQ(text.find("Host: h"), std::string::npos);
  EXPECT_NE(text.find("host: virtual\r\n"), std::string::npos);
}

TEST(SiegeRequestWriter, WhatVariesStandsBetweenHostAndAccept) {
  auto const text = written(bare_siege_settings(siege_dialect::v4_0), request_for("http://h/"),
                            {.authorization = "Basic x",
                             .proxy_authorization = "Basic y",
                             .cookie = "a=b",
                             .if_modified_since = "then",
                             .if_none_match = "\"e\""});
  EXPECT_NE(text.find("Host: h\r\nAuthorization: Basic x\r\nProxy-Authorization: Basic y\r\nCookie: a=b\r\n"
                      "If-Modified-Since: then\r\nIf-None-Match: \"e\"\r\nAccept: */*\r\n"),
            std::string::npos)
      << text;
}

TEST(SiegeRequestWriter, AProxyGetsTheWholeUrl) {
  auto settings = bare_siege_settings(siege_dialect::v4_0);
  settings.proxy_host = "proxy";
  EXPECT_TRUE(written(settings, request_for("http://foo.test/a"))
                  .starts_with("GET http://foo.test:80/a HTTP/1.0\r\nHost: foo.test\r\n"));
  EXPECT_TRUE(written(settings, request_for("http://[::1]:81/a")).starts_with("GET http://[::1]:81/a HTTP/1.0\r\n"));
  EXPECT_TRUE(written(settings, request_for("https://foo.test/a")).starts_with("GET /a HTTP/1.0\r\nHost: foo.test\r\n"))
      << "in a tunnel the server reads it";
}

}  // namespace
}  // namespace holdfast::cli
