#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "cluster/local/pod_metrics.hpp"
#include "cluster/node/node_test_support.hpp"
#include "cluster/node/process_runtime.hpp"
#include "cluster/node/scripted_http_server.hpp"

namespace holdfast::cluster {
namespace {

using namespace testing;
using ::testing::HasSubstr;

class MetricsScraper : public ::testing::Test {
 protected:
  scrape_target target(std::string const& name, std::string path = "/metrics") {
    return {.pod = {"shop", name},
            .uid = "1",
            .page = {.host = "127.0.0.1", .port = server_.port(), .path = std::move(path)},
            .names = {"queue", "requests_per_second"}};
  }
  metric_reading read(std::string_view metric = "queue", std::string const& pod = "a") {
    std::vector<scaled_pod> const pods{{.name = pod}};
    return scraper_->values().reading({.name_space = "shop", .name = metric, .pods = pods}, clock_);
  }
  /// The failure that comes of asking.
  std::string failure_of(std::vector<scrape_target> targets) {
    scraper_->ask(std::move(targets));
    auto const first = read().failure;
    EXPECT_TRUE(runs_until(context_, [&] { return read().failure != first; }));
    return read().failure;
  }
  void use(metrics_scraper::settings s) { scraper_.emplace(context_.get_executor(), s); }

  boost::asio::io_context context_;
  cluster_clock clock_;
  scripted_http_server server_{context_};
  std::optional<metrics_scraper> scraper_{std::in_place, context_.get_executor()};
};

TEST_F(MetricsScraper, AsksPodsForTheirMetrics) {
  server_.answers["/metrics"] = server_.answer(200, {}, "queue{kind=\"a\"} 2\nqueue{kind=\"b\"} 3\nrequests_total 5\n");
  scraper_->ask({target("a"), target("b")});
  ASSERT_TRUE(runs_until(context_, [&] { return !read().samples.empty() && !read("queue", "b").samples.empty(); }));
  EXPECT_EQ(read().samples.at("a").value, 5000);
  EXPECT_EQ(server_.connections, 2);
  EXPECT_THAT(server_.requests.front(), HasSubstr("GET /metrics HTTP/1.1\r\n"));
  EXPECT_THAT(server_.requests.front(), HasSubstr("User-Agent: holdfast-metrics\r\n"));
  scraper_->ask({target("a")});
  ASSERT_TRUE(runs_until(context_, [&] { return !read("requests_per_second").samples.empty(); }));
  EXPECT_EQ(read("requests_per_second").samples.at("a").value, 0);
  EXPECT_TRUE(read("queue", "b").samples.empty()) << "it is not asked any more";
}

TEST_F(MetricsScraper, FailuresAreWords) {
  server_.answers["/500"] = server_.answer(500);
  server_.answers["/html"] = server_.answer(200, {}, "<html></html>");
  server_.answers["/away"] = server_.answer(302, "Location: http://127.0.0.2/\r\n");
  EXPECT_THAT(failure_of({target("a", "/500")}), HasSubstr("its metrics were answered with the status 500"));
  EXPECT_THAT(failure_of({target("a", "/html")}),
              HasSubstr("its metrics cannot be read: line 1 is no metric: it does not begin with a metric's name"));
  EXPECT_THAT(failure_of({target("a", "/away")}), HasSubstr("its metrics are behind a redirect to elsewhere"));
  auto refused = target("a");
  boost::asio::ip::tcp::acceptor gone{context_, {boost::asio::ip::make_address("127.0.0.1"), 0}};
  refused.page.port = gone.local_endpoint().port();
  gone.close();
  EXPECT_THAT(failure_of({refused}), HasSubstr("connect: connection refused"));
}

TEST_F(MetricsScraper, AnswersHaveALimitOfTimeAndSize) {
  use({.limit = 50ms, .most_bytes = 2000});
  EXPECT_THAT(failure_of({target("a", "/never")}), HasSubstr("Client.Timeout exceeded"));
  use({.most_bytes = 2000});
  server_.answers["/large"] = server_.answer(200, {}, std::string(2001, '\n'));
  EXPECT_THAT(failure_of({target("a", "/large")}), HasSubstr("its metrics are larger than 1.95 KiB"));
  server_.answers["/fits"] = server_.answer(200, {}, "queue 1\n" + std::string(1992, '\n'));
  scraper_->ask({target("a", "/fits")});
  EXPECT_TRUE(runs_until(context_, [&] { return !read().samples.empty(); }));
}

TEST_F(MetricsScraper, APageMayBeLargerThanAProbesAnswer) {
  server_.answers["/metrics"] = server_.answer(200, {}, std::string(500'000, '\n') + "queue 1\n");
  scraper_->ask({target("a")});
  ASSERT_TRUE(runs_until(context_, [&] { return !read().samples.empty(); }));
}

TEST_F(MetricsScraper, AsksAFewAtATimeAndNobodyTwice) {
  use({.most_at_once = 2});
  std::vector<scrape_target> targets;
  for (char name = 'a'; name < 'g'; ++name) targets.push_back(target(std::string(1, name), "/never"));
  scraper_->ask(targets);
  ASSERT_TRUE(runs_until(context_, [&] { return server_.requests.size() == 2; }));
  scraper_->ask(targets);
  for (auto& each : targets) each.page.path = "/metrics";
  server_.answers["/metrics"] = server_.answer(200, {}, "queue 1\n");
  targets.erase(targets.begin());  // the first is given up, its place is free
  scraper_->ask(targets);
  ASSERT_TRUE(runs_until(context_, [&] { return !read("queue", "f").samples.empty(); }));
  EXPECT_EQ(server_.connections, 2 + 4) << "the second still waits for its answer";
}

TEST_F(MetricsScraper, IsDestroyedWhileItAsks) {
  scraper_->ask({target("a", "/never")});
  ASSERT_TRUE(runs_until(context_, [&] { return server_.requests.size() == 1; }));
  scraper_.reset();
  context_.poll();
}

class PodMetrics : public ::testing::Test {
 protected:
  std::vector<running_container> running_containers() const {
    return {{{"shop", "book-1"}, "main", {.id = "pod/main/0"}}};
  }
  metric_reading cpu(pod_metrics& metrics) const {
    std::vector<scaled_pod> const pods{{.name = "book-1"}};
    return metrics.resource_use({.name_space = "shop", .name = "cpu", .pods = pods});
  }

  boost::asio::io_context context_;
  std::string const run_ = "metrics-test-" + std::to_string(::getpid());
  process_runtime processes_{context_.get_executor(), run_};
  cluster_clock clock_{{clock_seam::now(), clock_seam::wall_now()}, 150};
};

TEST_F(PodMetrics, MeasuresWhatRunsAndAsksForMore) {
  auto const started =
      processes_.start(shell("while :; do :; done"), "pod/main/0", process_role::container, [](process_exit const&) {});
  ASSERT_TRUE(started.has_value());
  scripted_http_server server{context_};
  server.answers["/metrics"] = server.answer(200, {}, "queue 4\n");
  scrape_target const target{.pod = {"shop", "book-1"},
                             .uid = "1",
                             .page = {.host = "127.0.0.1", .port = server.port(), .path = "/metrics"},
                             .names = {"queue"}};
  pod_metrics metrics{
      context_.get_executor(),
      clock_,
      resource_sampler{run_, nullptr},
      {.running = [this] { return running_containers(); }, .scraped = [&] { return std::vector{target}; }}};
  EXPECT_THAT(cpu(metrics).failure, HasSubstr("none of 1 pods"));
  ASSERT_TRUE(runs_until(context_, [&] { return !cpu(metrics).samples.empty(); }));
  auto const sample = cpu(metrics).samples.at("book-1");
  EXPECT_GT(sample.value, 0);
  EXPECT_LE(sample.value, 1500);
  EXPECT_GE(sample.window, 150 * 250ms) << "a fourth of a second of real time at the least";
  ASSERT_EQ(metrics.usage().size(), 1U);
  EXPECT_EQ(metrics.usage()[0].container, "main");
  EXPECT_GT(metrics.usage()[0].memory.milli(), 100'000'000);
  std::vector<scaled_pod> const pods{{.name = "book-1"}};
  metric_question const question{.name_space = "shop", .name = "queue", .pods = pods};
  ASSERT_TRUE(runs_until(context_, [&] { return !metrics.pods_metric(question).samples.empty(); }));
  EXPECT_EQ(metrics.pods_metric(question).samples.at("book-1").value, 4000);
}

TEST_F(PodMetrics, ThePeriodIsPlatformTimeWithALeastRealOne) {
  for (auto const& [scale, period] :
       std::map<double, nanoseconds>{{1, 15s}, {10, 1500ms}, {60, 250ms}, {1000, 250ms}}) {
    cluster_clock const clock{{}, scale};
    pod_metrics const metrics{context_.get_executor(), clock, resource_sampler{run_, nullptr}, {}};
    EXPECT_EQ(metrics.period(), period) << scale;
  }
  context_.poll();  // destroyed before the first measurement
}

}  // namespace
}  // namespace holdfast::cluster
