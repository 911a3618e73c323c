#include "stats/base64.hpp"

#include <gtest/gtest.h>

#include "stats/error.hpp"

namespace holdfast::stats {
namespace {

TEST(Base64, AgreesWithTheVectorsOfRfc4648) {
  for (auto const& [bytes, text] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
           {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"foobar", "Zm9vYmFy"}}) {
    EXPECT_EQ(to_base64(bytes), text);
    EXPECT_EQ(*from_base64(text), bytes);
  }
}

TEST(Base64, BringsBackEveryByte) {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  for (int length = 250; length <= 256; ++length) {
    auto const bytes = all.substr(0, static_cast<std::size_t>(length));
    EXPECT_EQ(*from_base64(to_base64(bytes)), bytes);
  }
}

TEST(Base64, RefusesWhatIsNoBase64) {
  for (auto const* text :
       {"A", "AB", "ABC", "Zg=", "Z===", "====", "Zg==Zg==", "Zm9v\n", "Zm 9", "Zh==", "Zm9=", "Zm9-"}) {
    SCOPED_TRACE(text);
    EXPECT_EQ(from_base64(text).error(), make_error_code(errc::not_base64));
  }
}

}  // namespace
}  // namespace holdfast::stats
