#include "target/request_scanner.hpp"

#include <string>

#include <gtest/gtest.h>

#include "target/body_reader.hpp"

namespace holdfast::target {
namespace {

using namespace std::string_literals;

constexpr std::string_view full_request =
    "POST /a?b=c HTTP/1.1\r\n"
    "Host: example:8080\r\n"
    "content-length:  12 \r\n"
    "Expect: 100-continue\r\n"
    "Accept-Encoding: br, gzip\r\n"
    "Authorization: Basic abc\r\n"
    "Cookie: a=b\r\n"
    "\r\n";

void expect_full_request(request const& got) {
  EXPECT_EQ(got.method, "POST");
  EXPECT_EQ(got.target, "/a?b=c");
  EXPECT_EQ(got.host, "example:8080");
  EXPECT_EQ(got.content_length, 12u);
  EXPECT_EQ(got.framing, body_framing::length);
  EXPECT_EQ(got.after, persistence::persistent);
  EXPECT_TRUE(got.expects_continue);
  EXPECT_TRUE(got.accepts_gzip);
  EXPECT_EQ(got.authorization, "Basic abc");
  EXPECT_EQ(got.cookie, "a=b");
}

TEST(RequestScanner, ReadsARequestSplitAtAnyByte) {
  std::string const data = std::string{full_request} + "the body";
  for (std::size_t split = 0; split < full_request.size(); ++split) {
    SCOPED_TRACE(split);
    request got;
    ASSERT_EQ(scan_request(std::string_view{data}.substr(0, split), 0, got).status, scan_status::incomplete);
    auto const scan = scan_request(data, split, got);
    ASSERT_EQ(scan.status, scan_status::complete);
    EXPECT_EQ(scan.bytes, full_request.size());
    expect_full_request(got);
  }
}

TEST(RequestScanner, ReadsARequestByteByByte) {
  request got;
  for (std::size_t size = 1; size < full_request.size(); ++size) {
    ASSERT_EQ(scan_request(full_request.substr(0, size), size - 1, got).status, scan_status::incomplete);
  }
  EXPECT_EQ(scan_request(full_request, full_request.size() - 1, got).status, scan_status::complete);
  expect_full_request(got);
}

TEST(RequestScanner, TellsHowTheConnectionGoesOn) {
  struct persistence_case {
    char const* claim;
    char const* text;
    persistence expected;
  };
  for (auto const& c : {
           persistence_case{"1.1 stays", "GET / HTTP/1.1\r\n\r\n", persistence::persistent},
           persistence_case{"1.1 asks for the close", "GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
                            persistence::close},
           persistence_case{"in a list", "GET / HTTP/1.1\r\nConnection: foo , Close\r\n\r\n", persistence::close},
           persistence_case{"1.0 closes", "GET / HTTP/1.0\r\n\r\n", persistence::close},
           persistence_case{"1.0 asks to stay", "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n",
                            persistence::keep_alive_10},
           persistence_case{"bare line feeds", "GET / HTTP/1.1\nConnection: close\n\n", persistence::close},
           persistence_case{"empty lines before it", "\r\n\r\nGET / HTTP/1.1\r\n\r\n", persistence::persistent},
       }) {
    SCOPED_TRACE(c.claim);
    request got;
    auto const scan = scan_request(c.text, 0, got);
    ASSERT_EQ(scan.status, scan_status::complete);
    EXPECT_EQ(scan.bytes, std::string_view{c.text}.size());
    EXPECT_EQ(got.after, c.expected);
  }
}

TEST(RequestScanner, RefusesWhatIsMalformedOrAmbiguous) {
  for (auto const& text : {
           "GET /\r\n\r\n"s,
           "GET  / HTTP/1.1\r\n\r\n"s,
           "GET / HTTP/2.0\r\n\r\n"s,
           "G\0T / HTTP/1.1\r\n\r\n"s,
           "GET /\x01 HTTP/1.1\r\n\r\n"s,
           "GET / HTTP/1.1\r\nno colon\r\n\r\n"s,
           "GET / HTTP/1.1\r\nName : blank before the colon\r\n\r\n"s,
           "GET / HTTP/1.1\r\nA: b\r\n continued\r\n\r\n"s,
           "GET / HTTP/1.1\r\nA: \0\r\n\r\n"s,
           "GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n"s,
           "GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n"s,
           "GET / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n"s,
           "GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"s,
           "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n"s,
           "GET / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"s,
           "\x16\x03\x01garbage\n\n"s,
       }) {
    SCOPED_TRACE(text);
    request got;
    EXPECT_EQ(scan_request(text, 0, got).status, scan_status::malformed);
  }
}

TEST(RequestScanner, VisitsEachHeader) {
  request got;
  ASSERT_EQ(scan_request(full_request, 0, got).status, scan_status::complete);
  std::string seen;
  for_each_header(got.headers, [&](std::string_view name, std::string_view value) {
    seen.append(name).append("=").append(value).append(";");
  });
  EXPECT_EQ(seen,
            "Host=example:8080;content-length=12;Expect=100-continue;Accept-Encoding=br, gzip;"
            "Authorization=Basic abc;Cookie=a=b;");
}

struct body_case {
  char const* claim;
  std::string bytes;
  body_framing framing;
  std::uint64_t length;
  std::string content;
};

std::vector<body_case> whole_bodies() {
  return {{"a length", "hello", body_framing::length, 5, "hello"},
          {"one chunk", "5\r\nhello\r\n0\r\n\r\n", body_framing::chunked, 0, "hello"},
          {"two chunks, an extension, a trailer", "3;x=y\r\nhel\r\n2 \r\nlo\r\n0\r\nA: b\r\n\r\n",
           body_framing::chunked, 0, "hello"},
          {"no chunk", "0\r\n\r\n", body_framing::chunked, 0, ""},
          {"hexadecimal and bare line feeds", "A\n0123456789\n0\n\n", body_framing::chunked, 0, "0123456789"}};
}

TEST(BodyReader, FindsTheEndOfABodySplitAtAnyByte) {
  for (auto const& c : whole_bodies()) {
    for (std::size_t split = 0; split <= c.bytes.size(); ++split) {
      SCOPED_TRACE(std::string{c.claim} + " split at " + std::to_string(split));
      request head;
      head.framing = c.framing;
      head.content_length = c.length;
      body_reader body;
      body.start(head);
      std::string content;
      auto const keep = [&](std::string_view piece) { content += piece; };
      std::string const all = c.bytes + "next";
      auto first = std::string_view{all}.substr(0, split);
      auto const status = body.consume(first, keep);
      ASSERT_EQ(status, split < c.bytes.size() ? body_reader::status::more : body_reader::status::done);
      EXPECT_TRUE(first.empty());
      auto rest = std::string_view{all}.substr(split);
      ASSERT_EQ(body.consume(rest, keep), body_reader::status::done);
      EXPECT_EQ(rest, "next");
      EXPECT_EQ(content, c.content);
    }
  }
}

TEST(BodyReader, RefusesBrokenAndEndlessChunkFraming) {
  for (auto const& bytes : {"x\r\n"s, "\r\n"s, "5\r\nhelloX"s, "11111111111111111\r\n"s, "5;"s + std::string(9000, 'e'),
                            "0\r\n"s + std::string(9000, 't')}) {
    SCOPED_TRACE(bytes.substr(0, 20));
    request head;
    head.framing = body_framing::chunked;
    body_reader body;
    body.start(head);
    std::string_view data{bytes};
    EXPECT_EQ(body.consume(data, [](std::string_view) {}), body_reader::status::malformed);
  }
}

}  // namespace
}  // namespace holdfast::target
