#include "kit/http/answer_text.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::kit {
namespace {

std::string head_of(response const& answer, persistence after = persistence::keep_open) {
  std::string text;
  append_head(answer, "Date: now\r\n", after, text);
  return text;
}

TEST(answer_text_test, dates_have_the_form_of_http) {
  using namespace std::chrono;
  EXPECT_EQ(http_date(sys_days{year{1994} / 11 / 6} + 8h + 49min + 37s), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(http_date(sys_days{year{2024} / 2 / 29} + 23h + 59min + 59s + 999ms), "Thu, 29 Feb 2024 23:59:59 GMT");
}

TEST(answer_text_test, a_head_names_status_type_length_and_further_fields) {
  EXPECT_EQ(head_of({.status = 201, .content_type = "text/plain", .body = "hello", .headers = {{"Location", "/a"}}}),
            "HTTP/1.1 201 Created\r\nDate: now\r\nLocation: /a\r\nContent-Type: text/plain\r\nContent-Length: "
            "5\r\n\r\n");
}

TEST(answer_text_test, an_empty_body_has_no_type) {
  EXPECT_EQ(head_of({.status = 404, .content_type = "text/plain"}),
            "HTTP/1.1 404 Not Found\r\nDate: now\r\nContent-Length: 0\r\n\r\n");
}

TEST(answer_text_test, no_content_has_no_length) {
  EXPECT_EQ(head_of({.status = 204}), "HTTP/1.1 204 No Content\r\nDate: now\r\n\r\n");
}

TEST(answer_text_test, an_unusual_status_has_no_phrase) {
  EXPECT_EQ(head_of({.status = 299}), "HTTP/1.1 299 \r\nDate: now\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(reason_phrase(299), "");
  EXPECT_EQ(reason_phrase(503), "Service Unavailable");
}

TEST(answer_text_test, the_connection_field_says_what_the_client_cannot_know) {
  EXPECT_THAT(head_of({}, persistence::close), testing::HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(head_of({}, persistence::confirm_open), testing::HasSubstr("Connection: keep-alive\r\n"));
  EXPECT_THAT(head_of({}), testing::Not(testing::HasSubstr("Connection")));
}

TEST(answer_text_test, fields_that_the_server_decides_are_left_out) {
  auto const text = head_of({.headers = {{"content-length", "9"}, {"Connection", "x"}, {"Transfer-Encoding", "y"}}});
  EXPECT_EQ(text, "HTTP/1.1 200 OK\r\nDate: now\r\nContent-Length: 0\r\n\r\n");
}

TEST(answer_text_test, what_could_begin_a_line_of_its_own_is_not_sendable) {
  EXPECT_TRUE(is_sendable({.headers = {{"X-A", "b c"}}}));
  for (auto const& answer : std::vector<response>{{.headers = {{"X", "a\r\nSet-Cookie: b"}}},
                                                  {.headers = {{"X", "a\nb"}}},
                                                  {.headers = {{"X", std::string("a\0b", 3)}}},
                                                  {.headers = {{"X y", "a"}}},
                                                  {.headers = {{"", "a"}}},
                                                  {.content_type = "a\r\nb"},
                                                  {.status = 100},
                                                  {.status = 0},
                                                  {.status = 600}}) {
    EXPECT_FALSE(is_sendable(answer));
  }
}

TEST(answer_text_test, correlation_ids_are_valid_and_differ) {
  auto const one = make_correlation_id();
  EXPECT_TRUE(is_valid_correlation_id(one));
  EXPECT_EQ(one.size(), 32U);
  EXPECT_NE(one, make_correlation_id());
}

TEST(answer_text_test, correlation_ids_of_clients_are_short_and_printable) {
  EXPECT_TRUE(is_valid_correlation_id(std::string(128, 'a')));
  for (std::string const& id : {std::string{}, std::string(129, 'a'), std::string{"a\tb"}, std::string{"\xc3\xa4"}}) {
    EXPECT_FALSE(is_valid_correlation_id(id)) << id;
  }
}

}  // namespace
}  // namespace holdfast::kit
