#include "kit/app/prometheus_text.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "kit/app/access_log.hpp"
#include "kit/app/request_metrics.hpp"

namespace holdfast::kit {
namespace {

TEST(PrometheusText, EscapesLabelsAndHelp) {
  prometheus_text out;
  out.family("a_total", "counter", "line\nand \\ \"quote\"");
  out.sample("a_total", {{"x", "q\"b\\n\n"}, {"y", ""}}, 3);
  out.sample("a_total", {}, INFINITY);
  EXPECT_EQ(out.take(),
            "# HELP a_total line\\nand \\\\ \"quote\"\n# TYPE a_total counter\n"
            "a_total{x=\"q\\\"b\\\\n\\n\",y=\"\"} 3\na_total +Inf\n");
}

TEST(RequestMetrics, BucketsAreCumulative) {
  request_metrics metrics;
  metrics.record("GET", "/orders/{id}", 200, nanoseconds{50'000});
  metrics.record("GET", "/orders/{id}", 200, nanoseconds{3'000'000});
  metrics.record("GET", "/orders/{id}", 200, nanoseconds{60'000'000'000});
  prometheus_text out;
  metrics.write(out);
  auto const text = out.take();
  constexpr auto* series = R"({method="GET",uri="/orders/{id}",status="200")";
  for (auto const& line : {std::string{"http_server_requests_seconds_bucket"} + series + ",le=\"0.0001\"} 1\n",
                           std::string{"http_server_requests_seconds_bucket"} + series + ",le=\"0.005\"} 2\n",
                           std::string{"http_server_requests_seconds_bucket"} + series + ",le=\"30\"} 2\n",
                           std::string{"http_server_requests_seconds_bucket"} + series + ",le=\"+Inf\"} 3\n",
                           std::string{"http_server_requests_seconds_count"} + series + "} 3\n"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << text;
  }
}

TEST(RequestMetrics, InventedMethodsAreOneSeries) {
  request_metrics metrics;
  for (int i = 0; i < 1000; ++i) metrics.record("M" + std::to_string(i), "", 405, nanoseconds{1});
  prometheus_text out;
  metrics.write(out);
  auto const text = out.take();
  EXPECT_NE(text.find(R"({method="other",uri="UNKNOWN",status="405"} 1000)"), std::string::npos);
  EXPECT_LT(text.size(), 4000U);
}

TEST(AccessLog, ALineIsOneJsonObject) {
  request asked;
  asked.method = "GET";
  asked.path = "/orders/\"\n";
  asked.route = "/orders/{id}";
  asked.correlation_id = "c-1";
  asked.peer = "127.0.0.1:5";
  std::string line;
  wall_time const at{std::chrono::milliseconds{1'614'877'328'440}};
  write_request_line(line, at, "i-1", {.asked = &asked, .status = 200, .body_bytes = 12, .took = nanoseconds{45'678}});
  EXPECT_EQ(
      line,
      R"({"time":"2021-03-04T17:02:08.440Z","instance":"i-1","event":"request","method":"GET","path":"/orders/\"\n",)"
      R"("route":"/orders/{id}","status":200,"bytes":12,"us":45,"correlation":"c-1","peer":"127.0.0.1:5"})");
  write_request_line(line, at, "i-1", {.asked = nullptr, .status = 400, .body_bytes = 0, .took = {}});
  EXPECT_TRUE(line.ends_with(R"("event":"request","status":400,"bytes":0,"us":0})")) << line;
}

}  // namespace
}  // namespace holdfast::kit
