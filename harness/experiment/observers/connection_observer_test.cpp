#include "experiment/observers/connection_observer.hpp"

#include <thread>

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "experiment/timeline_test_support.hpp"

namespace holdfast::experiment {
namespace {

using namespace std::chrono_literals;
using namespace cluster;

shared_name shared(std::string text) { return std::make_shared<std::string const>(std::move(text)); }

class ConnectionObserver : public ::testing::Test {
 protected:
  ConnectionObserver() {
    timeline_.listen([this](timeline_event const& event) { told_.push_back(event); });
  }
  connection_record record(connection_end how) const {
    return {.service = shared("shop/order:http"),
            .client = {0x7F000001, 40'001},
            .pod = shared("order-1"),
            .to = {0x7F030102, 8080},
            .start = start_ + 1s,
            .end = start_ + 1500ms,
            .how = how};
  }
  /// As the proxy does, from a thread of its own.
  template <class Call>
  void from_proxy(Call call) {
    std::thread{call}.join();
  }

  time_point const start_{1000s};
  timeline timeline_{start_};
  boost::asio::io_context context_;
  std::vector<timeline_event> told_;
  connection_observer observer_{context_.get_executor(), timeline_, 100};
};

TEST_F(ConnectionObserver, TellsThoseThatDidNotEndWellAndCountsAll) {
  from_proxy([&] {
    observer_.on_connections({record(connection_end::by_client), record(connection_end::reset_by_pod)});
    observer_.on_connections({record(connection_end::by_client)});
  });
  EXPECT_TRUE(told_.empty()) << "it is not the proxy's thread that tells";
  context_.run();
  ASSERT_EQ(told_.size(), 1U);
  EXPECT_EQ(to_line(told_[0]),
            R"({"at_s":1.500000,"arm":"","kind":"connection","subject":"order","what":"reset by pod","detail":)"
            R"({"namespace":"shop","port":"http","pod":"order-1","to":"127.3.1.2:8080","client_port":40001,)"
            R"("start_s":1.0,"end_s":1.5}})");
  EXPECT_EQ(observer_.counts(), (connection_counts{{"order", {{"by client", 2}, {"reset by pod", 1}}}}));
}

TEST_F(ConnectionObserver, AConnectionWithoutAPodHasNone) {
  auto none = record(connection_end::no_endpoint);
  none.pod = nullptr;
  auto const event = event_of(none, start_);
  ASSERT_TRUE(event);
  EXPECT_FALSE(event->detail.contains("pod"));
  EXPECT_FALSE(event->detail.contains("to"));
}

TEST_F(ConnectionObserver, AFaultIsNamedAndItsProbesAreLeftOut) {
  auto broken = record(connection_end::by_fault);
  broken.fault = "reset after=1KiB";
  EXPECT_EQ(detail(*event_of(broken, start_), "fault"), "reset after=1KiB");
  broken.pod = shared("(probe)");
  from_proxy([&] { observer_.on_connections({broken}); });
  context_.run();
  EXPECT_TRUE(told_.empty());
  EXPECT_TRUE(observer_.counts().empty());
}

TEST_F(ConnectionObserver, TellsWhatHappensToAService) {
  from_proxy([&] {
    observer_.on_event(
        {.at = start_ + 2s, .what = proxy_event::kind::refusing, .service = shared("default/book:80"), .text = "none"});
    observer_.on_event({.at = start_ + 3s, .what = proxy_event::kind::too_many, .service = nullptr, .text = ""});
  });
  context_.run();
  ASSERT_EQ(told_.size(), 2U);
  EXPECT_EQ(to_line(told_[0]), R"({"at_s":2.000000,"arm":"","kind":"cluster","subject":"book","what":"refusing",)"
                               R"("detail":{"port":"80","message":"none"}})");
  EXPECT_EQ(told_[1].subject, "service proxy");
  EXPECT_EQ(told_[1].what, "too many connections");
}

TEST_F(ConnectionObserver, AFloodIsCountedAndTheRunGoesOn) {
  from_proxy([&] {
    for (int i = 0; i < 12; ++i) {
      observer_.on_connections(std::vector<connection_record>(10, record(connection_end::refused)));
    }
    observer_.on_event({.at = start_, .what = proxy_event::kind::too_many, .service = nullptr, .text = ""});
  });
  context_.run();
  EXPECT_EQ(told_.size(), 101U);
  EXPECT_EQ(observer_.not_told(), 20U);
  EXPECT_EQ(observer_.counts().at("order").at("refused"), 120U);
}

TEST(ConnectionObserverEnd, WhatWasHandedOverAfterItIsGoneIsDropped) {
  boost::asio::io_context context;
  timeline to{time_point{}};
  auto observer = std::make_unique<connection_observer>(context.get_executor(), to);
  std::thread{[&] {
    observer->on_event({.at = {}, .what = proxy_event::kind::too_many, .service = nullptr, .text = ""});
  }}.join();
  observer.reset();
  context.run();
}

}  // namespace
}  // namespace holdfast::experiment
