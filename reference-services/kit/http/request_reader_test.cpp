#include "kit/http/request_reader.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::kit {
namespace {

using progress = request_reader::progress;

constexpr message_limits small{.header_bytes = 200, .header_fields = 5, .body_bytes = 20};

/// Gives all of `text`, `piece` bytes at a time, as a connection does. What was not taken.
std::string give(request_reader& reader, std::string_view text, std::size_t piece = std::string_view::npos) {
  std::string waiting;
  do {
    waiting += text.substr(0, piece);
    text.remove_prefix(std::min(piece, text.size()));
    while (reader.at() == progress::in_head || reader.at() == progress::in_body) {
      auto const taken = reader.feed(waiting);
      waiting.erase(0, taken);
      if (taken == 0) break;
    }
  } while (!text.empty());
  return waiting;
}

TEST(request_reader_test, a_request_is_read_however_its_bytes_come) {
  constexpr std::string_view text =
      "\r\nPOST /orders/7?a=b HTTP/1.1\r\nHost: order:8080\r\nX-Correlation-Id: c-1\r\nContent-Length: 5\r\n\r\nhello";
  for (std::size_t piece = 1; piece <= text.size(); ++piece) {
    request_reader reader{small};
    EXPECT_EQ(give(reader, text, piece), "");
    ASSERT_EQ(reader.at(), progress::complete) << piece;
    EXPECT_EQ(reader.asked().method, "POST");
    EXPECT_EQ(reader.asked().path, "/orders/7");
    EXPECT_EQ(reader.asked().query_value("a"), "b");
    EXPECT_EQ(reader.asked().host, "order:8080");
    EXPECT_EQ(reader.asked().correlation_id, "c-1");
    EXPECT_EQ(reader.asked().headers.size(), 3U);
    EXPECT_EQ(reader.asked().body, "hello");
    EXPECT_EQ(reader.after(), persistence::keep_open);
  }
}

TEST(request_reader_test, a_chunked_body_is_joined_and_trailers_are_read_over) {
  constexpr std::string_view text =
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nX-Trailer: 1\r\n\r\n";
  for (std::size_t piece = 1; piece <= text.size(); ++piece) {
    request_reader reader{small};
    EXPECT_EQ(give(reader, text, piece), "");
    ASSERT_EQ(reader.at(), progress::complete) << piece;
    EXPECT_EQ(reader.asked().body, "abcde");
    EXPECT_EQ(reader.asked().headers.size(), 2U);
  }
}

TEST(request_reader_test, an_empty_chunked_body_is_read_however_its_bytes_come) {
  for (std::string_view const end : {"0\r\n\r\n", "00\r\n\r\n", "0;x\r\nT: 1\r\n\r\n"}) {
    request_reader reader{small};
    auto const head = std::string{"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"};
    EXPECT_EQ(give(reader, head + std::string{end}, 1), "");
    EXPECT_EQ(reader.at(), progress::complete) << end;
  }
}

TEST(request_reader_test, requests_behind_each_other_are_read_one_by_one) {
  request_reader reader{small};
  auto rest =
      give(reader,
           "GET /1 HTTP/1.1\r\nHost: a\r\nX: long enough to need memory\r\n\r\nGET /2?q HTTP/1.1\r\nHost: b\r\n\r\n");
  EXPECT_EQ(reader.asked().path, "/1");
  reader.begin();
  rest = give(reader, rest);
  ASSERT_EQ(reader.at(), progress::complete);
  EXPECT_EQ(reader.asked().path, "/2");
  EXPECT_EQ(reader.asked().host, "b");
  EXPECT_EQ(reader.asked().headers.size(), 1U);
  EXPECT_EQ(rest, "");
}

TEST(request_reader_test, what_is_wrong_with_a_request_has_its_status) {
  struct row {
    std::string_view text;
    unsigned status;
  };
  for (auto const& [text, status] : std::vector<row>{
           {"\x16\x03\x01\r\n\r\n", 400},
           {"GET\r\n\r\n", 400},
           {"GET /\r\n\r\n", 400},
           {"GET / HTTP/1.1\r\n\r\n", 400},
           {"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400},
           {"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
           {"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
           {"GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
           {"GET /../a HTTP/1.1\r\nHost: a\r\n\r\n", 400},
           {"GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
           {"GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400},
           {"GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n", 400},
           {std::string_view{"GET / HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n", 33}, 400},
           {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400},
           {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 2\r\n\r\n", 400},
           {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400},
           {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1x\r\n\r\n", 400},
           {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \r\n\r\n", 400},
           {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n", 400},
           {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
           {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n", 400},
           {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
           {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400},
           {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n", 400},
           {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
           {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501},
           {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501},
           {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n", 501},
           {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 21\r\n\r\n", 413},
           {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 104857600\r\nExpect: 100-continue\r\n\r\n", 413},
           {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n15\r\n", 413},
           {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nf\r\n123456789012345\r\n6\r\n", 413},
           {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nExpect: tea\r\n\r\n", 417},
           {"GET / HTTP/1.1\r\nHost: a\r\nA: 1\r\nB: 1\r\nC: 1\r\nD: 1\r\nE: 1\r\n\r\n", 431},
           {"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505},
           {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
           {"GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505},
           {"GET / HTTP/0.9\r\n\r\n", 505},
           {"GET / HTP/1.1\r\n\r\n", 400},
       }) {
    for (std::size_t const piece : {std::string_view::npos, std::size_t{1}}) {
      request_reader reader{small};
      give(reader, text, piece);
      EXPECT_EQ(reader.at(), progress::refused) << text << " by " << piece;
      EXPECT_EQ(reader.refusal(), status) << text << " by " << piece;
      EXPECT_EQ(reader.after(), persistence::close);
    }
  }
}

TEST(request_reader_test, a_head_is_bounded_wherever_it_grows) {
  std::string const fill(300, 'a');
  std::string many_lines;
  for (int line = 0; line < 60; ++line) many_lines += "A:b\r\n";
  for (auto const& text : {"GET /" + fill, fill, "GET / HTTP/1.1\r\nHost: " + fill, "GET / HTTP/1.1\r\n" + fill + ": b",
                           "GET / HTTP/1.1\r\nHost: a\r\nX: " + fill + "\r\n\r\n", std::string(300, '\n'),
                           "GET / HTTP/1.1\r\nHost: a\r\n" + many_lines}) {
    for (std::size_t const piece : {std::string::npos, std::size_t{1}, std::size_t{7}}) {
      request_reader reader{{.header_bytes = 200, .header_fields = 1000, .body_bytes = 20}};
      give(reader, text, piece);
      EXPECT_EQ(reader.refusal(), 431U) << text << " by " << piece;
    }
  }
}

TEST(request_reader_test, lines_between_chunks_are_bounded) {
  std::string const head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (auto const& tail : {"1;" + std::string(300, 'x'), "0\r\nX: " + std::string(300, 'x')}) {
    request_reader reader{small};
    give(reader, head + tail, 1);
    EXPECT_EQ(reader.refusal(), 431U) << tail;
  }
}

TEST(request_reader_test, how_the_connection_goes_on_follows_version_and_wish) {
  struct row {
    std::string_view text;
    persistence after;
  };
  using enum persistence;
  for (auto const& [text, after] : std::vector<row>{
           {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", keep_open},
           {"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", close},
           {"GET / HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\n", close},
           {"GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\n\r\n", keep_open},
           {"GET / HTTP/1.0\r\n\r\n", close},
           {"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", confirm_open},
       }) {
    request_reader reader{small};
    give(reader, text);
    ASSERT_EQ(reader.at(), progress::complete) << text;
    EXPECT_EQ(reader.after(), after) << text;
  }
}

TEST(request_reader_test, leave_to_continue_is_asked_for_only_by_requests_with_a_body) {
  struct row {
    std::string_view text;
    bool expects;
  };
  for (auto const& [text, expects] : std::vector<row>{
           {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-Continue\r\n\r\n", true},
           {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nExpect: 100-continue\r\n\r\n", false},
           {"GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n", false},
           {"POST / HTTP/1.0\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n", false},
           {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n", false},
       }) {
    request_reader reader{small};
    give(reader, text);
    EXPECT_EQ(reader.expects_continue(), expects) << text;
  }
}

TEST(request_reader_test, a_refused_request_with_a_whole_head_is_known) {
  request_reader reader{small};
  give(reader, "POST /orders HTTP/1.1\r\nHost: a\r\nContent-Length: 21\r\n\r\n");
  EXPECT_TRUE(reader.has_head());
  EXPECT_EQ(reader.asked().path, "/orders");
}

TEST(request_reader_test, equal_lengths_twice_are_one_length) {
  request_reader reader{small};
  give(reader, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx");
  EXPECT_EQ(reader.at(), progress::complete);
}

TEST(request_reader_test, a_big_body_is_not_kept_for_the_next_request) {
  request_reader reader{{}};
  give(reader, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n" + std::string(1'000'000, 'x'));
  ASSERT_EQ(reader.asked().body.size(), 1'000'000U);
  reader.begin();
  EXPECT_LT(reader.asked().body.capacity(), 100'000U);
}

TEST(request_reader_test, a_promised_length_costs_no_memory) {
  request_reader reader{{.body_bytes = 1'000'000'000}};
  give(reader, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\nx");
  EXPECT_EQ(reader.at(), progress::in_body);
  EXPECT_LT(reader.asked().body.capacity(), 100'000U);
}

}  // namespace
}  // namespace holdfast::kit
