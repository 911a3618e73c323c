#include "cli/siege/siege_page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include "cli/siege/siege_page_visit.hpp"
#include "cli/siege/siege_plan.hpp"

namespace holdfast::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

auto targets_of(std::string_view html, siege_dialect dialect = siege_dialect::v4_0) {
  return read_page(html, dialect).targets;
}

TEST(Page, NamesWhatABrowserFetches) {
  EXPECT_THAT(targets_of(R"(<html><head><META HTTP-EQUIV=Refresh CONTENT="5; URL='next.html'">
    <link rel="icon" href="no.ico"><LINK REL=StyleSheet HREF='s.css'><script src="j.js"></script></head>
    <body background="bg.png"><img alt="a>b" src="i.png"/><img src=u.png><img src="i.png"><a href="no">x</a>
    <img src="q?a=1&amp;b=2"><img src=""><img src="#here"></body></html>)"),
              ElementsAre("next.html", "s.css", "j.js", "bg.png", "i.png", "u.png", "q?a=1&b=2"));
}

TEST(Page, CommentsAndScriptsAreNotLookedInto) {
  EXPECT_THAT(
      targets_of(R"(<!-- <img src="a"> --><script>"<img src='b'>"</script><style><img src=c></style><img src=d>)"),
      ElementsAre("d"));
}

TEST(Page, FramesCountInTheNewerDialect) {
  std::string_view const html = R"(<frameset><frame src="f.html"></frameset>)";
  EXPECT_THAT(targets_of(html), IsEmpty());
  EXPECT_THAT(targets_of(html, siege_dialect::v4_1), ElementsAre("f.html"));
}

TEST(Page, BrokenMarkupIsHarmless) {
  for (auto const* const html :
       {"<", "<img", "<img src", "<img src=", "<img src=\"x", "<!--", "<script", "<script>", "<script></", "1 < 2",
        "<<<<", "<img =x>", "</", "<meta http-equiv=refresh content=\";url='\">"}) {
    (void)targets_of(html);
  }
  EXPECT_THAT(targets_of("if 1 < 2 <img src=x>"), ElementsAre("x"));
}

TEST(Page, ReferencesAreLimited) {
  std::string html;
  for (int i = 0; i < 1000; ++i) html += "<img src=i" + std::to_string(i) + ">";
  EXPECT_EQ(targets_of(html).size(), most_page_references);
}

std::string packed(std::string const& text, int window_bits) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  std::string in = text;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

TEST(DecodedBody, ReadsGzipAndBothKindsOfDeflate) {
  EXPECT_EQ(decoded_body("plain", ""), "plain");
  EXPECT_EQ(decoded_body(packed("hello", 15 + 16), "gzip"), "hello");
  EXPECT_EQ(decoded_body(packed("hello", 15), "deflate"), "hello");
  EXPECT_EQ(decoded_body(packed("hello", -15), "deflate"), "hello");
  EXPECT_EQ(decoded_body("x", "br"), std::nullopt);
  EXPECT_EQ(decoded_body("not gzip at all", "gzip"), std::nullopt);
}

TEST(DecodedBody, ABombIsCutOffAtTheLimit) {
  EXPECT_EQ(decoded_body(packed(std::string(1'000'000, 'x'), 15 + 16), "gzip", 5000)->size(), 5000U);
}

TEST(DecodedBody, OfACutBodyTheBeginningIsRead) {
  auto const whole = packed(std::string(100'000, 'x') + "tail", 15 + 16);
  EXPECT_TRUE(decoded_body(std::string_view{whole}.substr(0, whole.size() / 2), "gzip"));
}

std::vector<std::string> fetched(page_references const& references, siege_settings const& settings = {}) {
  siege_page_visit visit;
  visit.begin();
  visit.add(references, *net::parse_url("http://h/dir/page?x"), settings);
  std::vector<std::string> out;
  while (auto where = visit.next()) out.push_back(net::to_string(*where));
  return out;
}

TEST(PageVisit, ResolvesReferencesAndFetchesEachOnce) {
  EXPECT_THAT(
      fetched({.base = {},
               .targets = {"a.png", "/dir/a.png", "../b.png", "//other/c", "data:image/png;base64,AA", "page?x"}}),
      ElementsAre("http://h/dir/a.png", "http://h/b.png", "http://other/c"));
  EXPECT_THAT(fetched({.base = "/base/", .targets = {"a.png"}}), ElementsAre("http://h/base/a.png"));
}

TEST(PageVisit, HostsNotToBeFollowedAreLeftOut) {
  siege_settings settings;
  settings.nofollow = {"ads.com"};
  EXPECT_THAT(
      fetched({.base = {}, .targets = {"http://ads.com/x", "http://sub.ADS.com/x", "http://loads.com/x"}}, settings),
      ElementsAre("http://loads.com/x"));
}

}  // namespace
}  // namespace holdfast::cli
