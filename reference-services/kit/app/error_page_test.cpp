#include "kit/app/error_page.hpp"

#include <gtest/gtest.h>

namespace holdfast::kit {
namespace {

error_facts facts() {
  using namespace std::chrono;
  return {.generation = framework_generation::v2_1,
          .status = 500,
          .message = no_connection_message,
          .path = "/drivercalls/",
          .now = sys_days{2021y / March / 4} + 17h + 2min + 8s + 440ms};
}

TEST(ErrorPage, IsVectorV3) {
  auto const text = error_json(facts());
  EXPECT_EQ(text.size(), 277U);
  EXPECT_TRUE(text.starts_with(
      R"({"timestamp":"2021-03-04T17:02:08.440+0000","status":500,"error":"Internal Server Error","message":"Could)"))
      << text;
  EXPECT_TRUE(text.ends_with(R"(,"path":"/drivercalls/"})")) << text;
}

TEST(ErrorPage, Generation23KeepsTheMessageToItself) {
  auto of = facts();
  of.generation = framework_generation::v2_3;
  EXPECT_NE(error_json(of).find(R"("message":"","path")"), std::string::npos);
  EXPECT_NE(error_json(of).find("440+00:00"), std::string::npos);
}

TEST(ErrorPage, IsAPageForThoseWhoDoNotAskForJson) {
  auto of = facts();
  of.message = "<script>";
  EXPECT_EQ(error_response(of, "text/html").content_type, "text/html;charset=UTF-8");
  EXPECT_NE(error_html(of).find("&lt;script&gt;"), std::string::npos);
  EXPECT_EQ(error_response(of, "*/*").content_type, "application/json;charset=UTF-8");
  EXPECT_EQ(error_response(of, std::nullopt).status, 500U);
}

TEST(ErrorPage, HostilePathsStayInsideTheirString) {
  auto of = facts();
  of.path = "/\"\n\xFF";
  EXPECT_TRUE(error_json(of).ends_with("\"path\":\"/\\\"\\n\xEF\xBF\xBD\"}")) << error_json(of);
}

}  // namespace
}  // namespace holdfast::kit
