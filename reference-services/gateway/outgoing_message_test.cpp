#include "gateway/outgoing_message.hpp"

#include <gtest/gtest.h>

namespace holdfast::gateway {
namespace {

enum class place : std::uint8_t { within, last };

std::string text_of(outgoing_message& of, place where) {
  std::string all;
  for (auto const& piece : of.next(where == place::last))
    all.append(static_cast<char const*>(piece.data()), piece.size());
  of.written();
  return all;
}

TEST(OutgoingMessage, ChunksEachPieceAndEndsTheBody) {
  outgoing_message out;
  out.framing = body_framing::chunked;
  out.head = "HEAD";
  out.body = "0123456789abcdef0";
  EXPECT_EQ(text_of(out, place::within), "HEAD11\r\n0123456789abcdef0\r\n");
  EXPECT_EQ(text_of(out, place::within), "") << "an empty piece is no chunk: that would end the body";
  out.body = "x";
  EXPECT_EQ(text_of(out, place::last), "1\r\nx\r\n0\r\n\r\n");
}

TEST(OutgoingMessage, EndsAnEmptyChunkedBody) {
  outgoing_message out;
  out.framing = body_framing::chunked;
  out.head = "HEAD";
  EXPECT_EQ(text_of(out, place::last), "HEAD0\r\n\r\n");
}

TEST(OutgoingMessage, LeavesOtherBodiesAsTheyAre) {
  for (auto const framing : {body_framing::length, body_framing::until_close, body_framing::none}) {
    outgoing_message out;
    out.framing = framing;
    out.head = "HEAD";
    out.body = "body";
    EXPECT_EQ(text_of(out, place::within), "HEADbody");
    out.body = "more";
    EXPECT_EQ(text_of(out, place::last), "more");
  }
}

}  // namespace
}  // namespace holdfast::gateway
