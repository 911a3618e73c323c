#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cluster/node/node_test_support.hpp"
#include "cluster/node/scripted_http_server.hpp"
#include "experiment/observers/breaker_observer.hpp"
#include "experiment/timeline_test_support.hpp"

namespace holdfast::experiment {
namespace {

using namespace std::chrono_literals;
using namespace cluster;
using ::testing::ElementsAre;

class BreakerObserver : public ::testing::Test {
 protected:
  BreakerObserver() {
    timeline_.listen([this](timeline_event const& event) { told_.push_back(event); });
    EXPECT_TRUE(store_.create(kinds::name_space, {{"metadata", {{"name", "default"}}}}));
    json pod{{"metadata", {{"name", "order-1"}, {"namespace", "default"}}},
             {"spec", {{"containers", {{{"name", "main"}, {"ports", {{{"containerPort", server_.port()}}}}}}}}}};
    EXPECT_TRUE(store_.create(kinds::pod, pod));
    pod["status"] = {{"phase", "Running"}, {"podIP", "127.0.0.1"}};
    EXPECT_TRUE(store_.update(kinds::pod, pod, update_scope::status));
  }
  void observe(breaker_observer::settings s = {.period = 2ms}) {
    observer_.emplace(
        context_.get_executor(), store_, timeline_, [](object_key const&) { return std::string{"order"}; }, s);
  }
  void page(std::string const& text) { server_.answers["/metrics"] = server_.answer(200, {}, text); }
  bool asks(std::size_t times) {
    auto const until = server_.requests.size() + times;
    return cluster::testing::runs_until(context_, [&] { return server_.requests.size() >= until; });
  }
  bool tells(std::size_t count) {
    return cluster::testing::runs_until(context_, [&] { return told_.size() >= count; });
  }

  boost::asio::io_context context_;
  cluster::testing::scripted_http_server server_{context_};
  object_store store_{{.now = clock_seam::wall_now}};
  timeline timeline_{clock_seam::now()};
  std::vector<timeline_event> told_;
  std::optional<breaker_observer> observer_;
};

TEST_F(BreakerObserver, TellsWhatThePagesOfPodsSay) {
  page("holdfast_breaker_state{client=\"book\"} 0\n");
  observe();
  ASSERT_TRUE(asks(2));
  page("holdfast_breaker_state{client=\"book\"} 2\nholdfast_breaker_opened_total{client=\"book\"} 1\n");
  ASSERT_TRUE(tells(1));
  page("holdfast_breaker_state{client=\"book\"} 0\nholdfast_breaker_opened_total{client=\"book\"} 1\n");
  ASSERT_TRUE(tells(2));
  EXPECT_THAT(short_texts(told_), ElementsAre("breaker order/book open", "breaker order/book closed"));
  EXPECT_EQ(detail(told_[0], "pod"), "order-1");
  EXPECT_GT(detail(told_[0], "since_s").get<double>(), 0);
  EXPECT_LE(detail(told_[0], "since_s").get<double>(), in_seconds(told_[0].at));
}

TEST_F(BreakerObserver, HostileAnswersTellNothingAndHoldNothingUp) {
  observe({.period = 2ms, .limit = 20ms, .most_bytes = 1000});
  ASSERT_TRUE(asks(2)) << "an answer of 404";
  for (auto const& text : {std::string{"<html>"}, std::string(5000, '\n'), std::string("holdfast_breaker_state{"),
                           std::string{"holdfast_breaker_state{client=\"book\"} NaN\n"}, std::string(1001, 'x')}) {
    page(text);
    ASSERT_TRUE(asks(1)) << text.substr(0, 20);
  }
  EXPECT_TRUE(told_.empty());
  page("holdfast_breaker_state{client=\"book\"} 2\n");
  EXPECT_TRUE(tells(1));
}

TEST_F(BreakerObserver, IsDestroyedWhileItAsks) {
  server_.answers.erase("/metrics");
  observe();
  ASSERT_TRUE(asks(1));
  observer_.reset();
  context_.poll();
}

}  // namespace
}  // namespace holdfast::experiment
