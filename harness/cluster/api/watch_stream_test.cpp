#include "cluster/api/watch_stream.hpp"

#include <future>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>

#include "cluster/api/api_test_support.hpp"

namespace holdfast::cluster {
namespace {

namespace asio = boost::asio;

class WatchStream : public testing::Test, protected api_fixture {
 protected:
  void put(char const* name, char const* color) {
    json const object{{"metadata", {{"name", name}, {"namespace", "shop"}, {"labels", {{"color", color}}}}}};
    auto const done = store.find(kinds::config_map, {"shop", name}) ? store.update(kinds::config_map, object)
                                                                    : store.create(kinds::config_map, object);
    ASSERT_TRUE(done) << done.error().message;
  }
  void watch(std::string parameters) {
    auto reply = raw("GET", "/api/v1/namespaces/shop/configmaps?watch=1" + parameters);
    ASSERT_TRUE(reply.stream) << reply.answer.body;
    stream_ = std::move(reply.stream);
  }
  /// What the stream tells without waiting: "ADDED a", one an event; "nothing yet", "end".
  std::vector<std::string> told() {
    if (!pending_.valid()) pending_ = asio::co_spawn(io, stream_->next(), asio::use_future);
    io.restart();
    io.poll();
    if (pending_.wait_for(std::chrono::seconds{0}) != std::future_status::ready) return {"nothing yet"};
    auto const text = pending_.get();
    if (!text) return {"end"};
    std::vector<std::string> events;
    for (std::size_t from = 0; from < text->size();) {
      auto const end = text->find('\n', from);
      auto const event = json::parse(text->substr(from, end - from));
      auto const& object = event["object"];
      events.push_back(event["type"].get<std::string>() + ' ' +
                       (object.contains("metadata") && object["metadata"].contains("name")
                            ? object["metadata"]["name"].get<std::string>()
                            : object["kind"].get<std::string>()));
      from = end + 1;
    }
    return events;
  }
  ~WatchStream() override {
    if (pending_.valid()) {
      put("end", "red");  // wakes the stream
      io.restart();
      io.poll();
    }
  }

  std::unique_ptr<net::http_stream> stream_;
  std::future<std::optional<std::string>> pending_;
};

using events = std::vector<std::string>;

TEST_F(WatchStream, BeginsWithWhatIsThere) {
  put("a", "red");
  watch("");
  EXPECT_EQ(told(), (events{"ADDED a"}));
  EXPECT_EQ(told(), (events{"nothing yet"}));
  put("b", "red");
  EXPECT_EQ(told(), (events{"ADDED b"}));
}

TEST_F(WatchStream, GoesOnWhereTheListEnded) {
  put("a", "red");
  auto const version = store.version();
  put("a", "blue");
  ASSERT_TRUE(store.remove(kinds::config_map, {"shop", "a"}));
  watch("&resourceVersion=" + std::to_string(version));
  EXPECT_EQ(told(), (events{"MODIFIED a", "DELETED a"}));
}

TEST_F(WatchStream, WhatBeginsOrCeasesToMatchIsAddedOrDeleted) {
  put("a", "blue");
  put("b", "red");
  watch("&labelSelector=color%3Dred");
  EXPECT_EQ(told(), (events{"ADDED b"}));
  put("a", "red");
  EXPECT_EQ(told(), (events{"ADDED a"}));
  put("a", "blue");
  EXPECT_EQ(told(), (events{"DELETED a"}));
  ASSERT_TRUE(store.remove(kinds::config_map, {"shop", "a"}));
  EXPECT_EQ(told(), (events{"nothing yet"})) << "it had not matched";
}

TEST_F(WatchStream, AReaderThatIsTooSlowIsToldToListAgain) {
  put("a", "red");
  watch("");
  EXPECT_EQ(told(), (events{"ADDED a"}));
  for (int i = 0; i < 100; ++i) put("a", i % 2 == 0 ? "blue" : "red");
  EXPECT_EQ(told(), (events{"ERROR Status"}));
  EXPECT_EQ(told(), (events{"end"}));
}

TEST_F(WatchStream, AnUnknownVersionIsRefused) {
  EXPECT_EQ(ask("GET", "/api/v1/pods?watch=1&resourceVersion=x").status, 400U);
  EXPECT_EQ(ask("GET", "/api/v1/pods?watch=1&timeoutSeconds=x").status, 400U);
  watch("&resourceVersion=99999");
  EXPECT_EQ(told(), (events{"ERROR Status"}));
}

TEST_F(WatchStream, OneObjectCanBeWatched) {
  put("a", "red");
  watch("&fieldSelector=metadata.name%3Db");
  EXPECT_EQ(told(), (events{"nothing yet"}));
  put("b", "red");
  EXPECT_EQ(told(), (events{"ADDED b"}));
}

}  // namespace
}  // namespace holdfast::cluster
