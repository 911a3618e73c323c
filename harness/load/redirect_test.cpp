#include "load/redirect.hpp"

#include <gtest/gtest.h>

namespace holdfast::load {
namespace {

net::origin const shop{.host = "shop.example", .port = 80};
net::origin const other{.host = "other.example", .port = 80};

std::optional<result<redirect_step, std::string>> redirect(std::uint16_t status, std::string_view method,
                                                           std::string_view location) {
  header_field const field{"LOCATION", location};
  auto const sent = std::string{method} + " /a/b?x=1 HTTP/1.1\r\nHost: shop.example\r\n\r\n";
  return next_redirect({.status = status, .headers = {&field, 1}}, sent, shop);
}

struct method_case {
  std::uint16_t status;
  std::string_view method;
  std::string_view next;
  bool keeps_body;
};

TEST(Redirect, ChangesTheMethodAsBrowsersDo) {
  for (auto const& c : {
           method_case{301, "GET", "GET", true},
           method_case{301, "POST", "GET", false},
           method_case{301, "PUT", "PUT", true},
           method_case{302, "POST", "GET", false},
           method_case{302, "HEAD", "HEAD", true},
           method_case{302, "DELETE", "DELETE", true},
           method_case{303, "POST", "GET", false},
           method_case{303, "PUT", "GET", false},
           method_case{303, "HEAD", "HEAD", true},
           method_case{307, "POST", "POST", true},
           method_case{308, "POST", "POST", true},
           method_case{308, "GET", "GET", true},
       }) {
    SCOPED_TRACE(std::to_string(c.status) + " " + std::string{c.method});
    auto const step = redirect(c.status, c.method, "/new");
    ASSERT_TRUE(step && *step);
    EXPECT_EQ((*step)->method, c.next);
    EXPECT_EQ((*step)->keeps_body, c.keeps_body);
  }
}

TEST(Redirect, LeadsToTheLocation) {
  EXPECT_EQ((*redirect(302, "GET", "c"))->to.target, "/a/c");
  EXPECT_EQ((*redirect(302, "GET", "?y=2"))->to.target, "/a/b?y=2");
  EXPECT_EQ((*redirect(302, "GET", "http://other.example/z"))->to.to, other);
  EXPECT_EQ((*redirect(302, "GET", "https://shop.example/"))->to.to.port, 443);
}

TEST(Redirect, OtherAnswersAreFinal) {
  for (std::uint16_t const status : std::initializer_list<std::uint16_t>{200, 300, 304, 305, 404})
    EXPECT_FALSE(redirect(status, "GET", "/new")) << status;
  EXPECT_FALSE(next_redirect({.status = 302}, "GET / HTTP/1.1\r\n\r\n", shop)) << "without Location";
}

TEST(Redirect, SaysWhyAStepCannotBeTaken) {
  for (auto const* location : {"ftp://other.example/", "http://", "http://h:99999/", "a\rb"}) {
    auto const step = redirect(302, "GET", location);
    ASSERT_TRUE(step) << location;
    ASSERT_FALSE(*step) << location;
    EXPECT_NE(step->error().find("redirected to"), std::string::npos);
  }
}

constexpr std::string_view post =
    "POST /a HTTP/1.1\r\nHost: shop.example\r\nX-A: 1\r\nAuthorization: Basic eDp5\r\nCookie: id=1\r\n"
    "Content-Type: text/plain\r\nContent-Length: 3\r\n\r\nabc";

TEST(Redirect, TheSameOriginGetsEverything) {
  EXPECT_EQ(redirected_request(post, shop, {.to = {.to = shop, .target = "/b"}, .method = "POST"}, std::nullopt),
            "POST /b HTTP/1.1\r\nHost: shop.example\r\nX-A: 1\r\nAuthorization: Basic eDp5\r\nCookie: id=1\r\n"
            "Content-Type: text/plain\r\nContent-Length: 3\r\n\r\nabc");
}

TEST(Redirect, AnotherOriginGetsNoCredentials) {
  EXPECT_EQ(
      redirected_request(post, shop, {.to = {.to = other, .target = "/b"}, .method = "POST"}, std::nullopt),
      "POST /b HTTP/1.1\r\nHost: other.example\r\nX-A: 1\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nabc");
  auto another_port = shop;
  another_port.port = 81;
  auto const text = redirected_request(post, shop, {.to = {.to = another_port, .target = "/"}, .method = "POST"}, "");
  EXPECT_EQ(text.find("Authorization"), std::string::npos);
  EXPECT_EQ(text.find("Cookie"), std::string::npos);
  EXPECT_NE(text.find("Host: shop.example:81\r\n"), std::string::npos);
}

TEST(Redirect, WhatDescribesTheBodyGoesWithIt) {
  EXPECT_EQ(redirected_request(post, shop, {.to = {.to = shop, .target = "/b"}, .method = "GET", .keeps_body = false},
                               "new=2"),
            "GET /b HTTP/1.1\r\nHost: shop.example\r\nX-A: 1\r\nAuthorization: Basic eDp5\r\nCookie: new=2\r\n\r\n");
}

TEST(Redirect, KeepsTheVersionAndTheConnectionLine) {
  EXPECT_EQ(redirected_request("GET / HTTP/1.0\r\nHost: h\r\nConnection: keep-alive\r\n\r\n", shop,
                               {.to = {.to = shop, .target = "/b"}, .method = "GET"}, std::nullopt),
            "GET /b HTTP/1.0\r\nHost: shop.example\r\nConnection: keep-alive\r\n\r\n");
}

}  // namespace
}  // namespace holdfast::load
