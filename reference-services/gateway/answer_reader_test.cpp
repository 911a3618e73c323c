#include "gateway/answer_reader.hpp"

#include <gtest/gtest.h>

namespace holdfast::gateway {
namespace {

using progress = answer_reader::progress;

/// Feeds `text` in steps of so many bytes, as connections do.
void feed(answer_reader& to, std::string_view text, std::size_t step) {
  std::string pending;
  for (std::size_t at = 0; at < text.size(); at += step) {
    pending.append(text.substr(at, step));
    pending.erase(0, to.feed(pending));
  }
}

struct answer_case {
  char const* claim;
  char const* text;
  progress at;
  body_framing framing;
  char const* body;
  bool keeps_open;
};

class AnswerReader : public testing::TestWithParam<std::size_t> {};

TEST_P(AnswerReader, ReadsWhatRfc9112Allows) {
  using enum progress;
  for (auto const& c :
       {answer_case{"a length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", complete, body_framing::length,
                    "hello", true},
        answer_case{"no body at all", "HTTP/1.1 204 No Content\r\n\r\n", complete, body_framing::none, "", true},
        answer_case{"an empty body", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", complete, body_framing::length, "",
                    true},
        answer_case{"chunks, an extension and a trailer",
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nT: 1\r\n\r\n",
                    complete, body_framing::chunked, "abcde", true},
        answer_case{"until the end", "HTTP/1.1 200 OK\r\n\r\nall of it", in_body, body_framing::until_close,
                    "all of it", false},
        answer_case{"a half body", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", in_body, body_framing::length,
                    "half", true},
        answer_case{"the last answer here", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx",
                    complete, body_framing::length, "x", false},
        answer_case{"interim answers before",
                    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\n"
                    "Content-Length: 1\r\n\r\nx",
                    complete, body_framing::length, "x", true}}) {
    SCOPED_TRACE(c.claim);
    answer_reader reader;
    feed(reader, c.text, GetParam());
    ASSERT_EQ(reader.at(), c.at);
    EXPECT_EQ(reader.framing(), c.framing);
    EXPECT_EQ(reader.body(), c.body);
    EXPECT_EQ(reader.keeps_open(), c.keeps_open);
    EXPECT_FALSE(value_of(reader.head_fields(), "link")) << "of an interim answer";
  }
}

TEST_P(AnswerReader, RefusesWhatCouldMislead) {
  for (auto const* const text :
       {"garbage and more of it\r\n\r\n", "HTTP/2.0 200 OK\r\n\r\n", "HTTP/1.1 101 Switching Protocols\r\n\r\n",
        "HTTP/1.1 600 X\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n1",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n12",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "HTTP/1.1 200 OK\r\nA B: c\r\n\r\n"}) {
    SCOPED_TRACE(text);
    answer_reader reader;
    feed(reader, text, GetParam());
    EXPECT_EQ(reader.at(), progress::refused);
  }
}

INSTANTIATE_TEST_SUITE_P(InSteps, AnswerReader, testing::Values(1, 2, 7, 10'000));

TEST(AnswerReaderLimits, AHeadThatDoesNotEndIsRefused) {
  answer_reader reader;
  feed(reader, "HTTP/1.1 200 OK\r\nA: " + std::string(answer_reader::longest_head + 10, 'x'), 4096);
  EXPECT_EQ(reader.at(), progress::refused);
}

TEST(AnswerReaderLimits, InterimAnswersMustComeToAnEnd) {
  answer_reader reader;
  std::string text;
  for (int i = 0; i < 100; ++i) text += "HTTP/1.1 102 Processing\r\n\r\n";
  feed(reader, text, 1000);
  EXPECT_EQ(reader.at(), progress::refused);
}

TEST(AnswerReaderHead, HasNoBodyButItsLength) {
  answer_reader reader;
  reader.begin(answer_reader::body_rule::never);
  feed(reader, "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n", 10);
  EXPECT_EQ(reader.at(), progress::complete);
  EXPECT_EQ(reader.framing(), body_framing::none);
  EXPECT_EQ(reader.length(), 500U);
}

TEST(AnswerReaderEnd, OnlyABodyWithoutLengthMayEndWithTheConnection) {
  answer_reader reader;
  feed(reader, "HTTP/1.1 200 OK\r\n\r\nall", 100);
  EXPECT_TRUE(reader.end());
  reader.begin(answer_reader::body_rule::by_head);
  feed(reader, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nall", 100);
  EXPECT_FALSE(reader.end());
  reader.begin(answer_reader::body_rule::by_head);
  feed(reader, "HTTP/1.1 200 OK\r\nTransfer-Enc", 100);
  EXPECT_FALSE(reader.end());
}

}  // namespace
}  // namespace holdfast::gateway
