#include "cluster/protobuf/wire_reader.hpp"

#include <gtest/gtest.h>

#include "cluster/protobuf/wire_test_support.hpp"

namespace holdfast::cluster {
namespace {

TEST(WireReader, ReadsFieldsOfEachType) {
  auto const message = wire_number(1, -1) + std::string{"\x11\x01\0\0\0\0\0\0\x80", 9} + wire_bytes(3, "abc") +
                       std::string{"\x25\x02\x01\0\0", 5};
  wire_reader reader{message};
  auto const varint = reader.next();
  ASSERT_TRUE(varint);
  EXPECT_EQ(varint->number, 1U);
  EXPECT_EQ(varint->type, wire_type::varint);
  EXPECT_EQ(varint->scalar, ~std::uint64_t{0});
  auto const fixed64 = reader.next();
  ASSERT_TRUE(fixed64);
  EXPECT_EQ(fixed64->type, wire_type::fixed64);
  EXPECT_EQ(fixed64->scalar, 0x8000000000000001U);
  auto const bytes = reader.next();
  ASSERT_TRUE(bytes);
  EXPECT_EQ(bytes->type, wire_type::bytes);
  EXPECT_EQ(bytes->bytes, "abc");
  auto const fixed32 = reader.next();
  ASSERT_TRUE(fixed32);
  EXPECT_EQ(fixed32->number, 4U);
  EXPECT_EQ(fixed32->type, wire_type::fixed32);
  EXPECT_EQ(fixed32->scalar, 0x102U);
  EXPECT_TRUE(reader.is_at_end());
}

TEST(WireReader, TheLargestFieldNumberIsTheLast) {
  auto const at_most = wire_bytes((1U << 29U) - 1, "");
  EXPECT_EQ(wire_reader{at_most}.next()->number, (1U << 29U) - 1);
  auto const over = wire_varint(std::uint64_t{1} << 32U) + wire_varint(0);
  EXPECT_FALSE(wire_reader{over}.next());
}

struct broken {
  std::string_view what;
  std::string message;
  std::string_view problem;
};

TEST(WireReader, WhatIsBrokenIsSaid) {
  std::vector<broken> const all{
      {"no value", {"\x08", 1}, "it ends within a number"},
      {"cut varint", {"\x08\xFF", 2}, "it ends within a number"},
      {"eleven bytes", {"\x08\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01", 12}, "a number is over 64 bits"},
      {"65 bits", {"\x08\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x02", 11}, "a number is over 64 bits"},
      {"number 0", {"\x02\0", 2}, "a field's number is none"},
      {"cut bytes", {"\x0A\x02x", 3}, "it ends within a field"},
      {"length of 2^64 - 1", {"\x0A\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01", 11}, "it ends within a field"},
      {"cut fixed64", {"\x09\0\0\0\0\0\0\0", 8}, "it ends within a number"},
      {"cut fixed32", {"\x0D\0\0\0", 4}, "it ends within a number"},
      {"group", {"\x0B\x0C", 2}, "a field is of no type that protobuf has"},
      {"type 7", {"\x0F\0", 2}, "a field is of no type that protobuf has"},
  };
  for (auto const& each : all) {
    wire_reader reader{each.message};
    EXPECT_FALSE(reader.next()) << each.what;
    EXPECT_EQ(reader.problem(), each.problem) << each.what;
  }
}

}  // namespace
}  // namespace holdfast::cluster
