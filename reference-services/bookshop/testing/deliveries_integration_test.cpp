// Deliveries as clients of /deliveries make and read them.
#include <algorithm>

#include <gtest/gtest.h>

#include "bookshop/testing/observed_rows.hpp"
#include "bookshop/testing/shop_views.hpp"
#include "kit/testing/topic_probe.hpp"

namespace holdfast::bookshop {
namespace {

using kit::eventually;

struct Deliveries : testing::Test {
  void open(std::string const& delay_ms = "0") {
    shop.variables("delivery") = {{"SHIP_DELAY_MS", delay_ms}};
    shop.start("delivery");
  }
  kit::probe_answer send(std::string method, std::string target, std::string body = {}) const {
    return shop.ask("delivery", {.method = std::move(method),
                                 .target = std::move(target),
                                 .body = std::move(body),
                                 .headers = {{"Accept", "application/json"}}});
  }
  std::int64_t count() const { return shop.document("delivery", "/deliveries")["page"]["totalElements"]; }
  std::vector<nlohmann::json> told() const { return kit::topic_probe{shop.events_folder(), "bookshop"}.events(); }

  bookshop_system shop;
};

TEST_F(Deliveries, OfAClientArriveAndAreTold) {
  open();
  auto const made = send("POST", "/deliveries", R"({"orderId":7,"address":"Seoul","status":"Cancelled"})");
  ASSERT_EQ(made.status, 201);
  EXPECT_EQ(made.header("location"), "http://service:8080/deliveries/1");
  EXPECT_EQ(made.json()["orderId"], 7);
  EXPECT_EQ(made.json()["address"], "Seoul");
  EXPECT_EQ(made.json()["_links"]["delivery"]["href"], "http://service:8080/deliveries/1");
  EXPECT_TRUE(has_status(delivery_in(shop, 7), "Shipped")) << "whatever the client sent";
  ASSERT_TRUE(eventually([&] { return told().size() == 1; }));
  auto shipped = told().front();
  shipped.erase("timestamp");
  shipped.erase("eventId");
  EXPECT_EQ(shipped, nlohmann::json::parse(R"({"eventType":"Shipped","id":1,"orderId":7,"status":"Shipped",
    "address":"Seoul","me":true})"));
}

TEST_F(Deliveries, BeginAsStartedWhenTheyTakeTheirTime) {
  open("300");
  auto const made = send("POST", "/deliveries", R"({"orderId":7,"address":"Seoul"})");
  EXPECT_EQ(made.json()["status"], "ShipStarted");
  EXPECT_TRUE(eventually([&] { return has_status(delivery_in(shop, 7), "Shipped"); }));
  EXPECT_TRUE(eventually([&] { return told().size() == 1; }));
}

TEST_F(Deliveries, AreOneForAnOrderAndNobodyChangesThem) {
  open();
  send("POST", "/deliveries", R"({"orderId":7,"address":"Seoul"})");
  EXPECT_EQ(send("POST", "/deliveries", R"({"orderId":7,"address":"Busan"})").status, 409);
  for (auto const* const wrong : {"{", "[]", R"({"orderId":"seven"})", R"({"orderId":8,"address":["x"]})"}) {
    EXPECT_EQ(send("POST", "/deliveries", wrong).status, 400) << wrong;
  }
  EXPECT_EQ(count(), 1);
  for (auto const* const change : {R"({"status":"ShipStarted"})", R"({"orderId":8})", R"({"address":"Busan"})"}) {
    EXPECT_EQ(send("PATCH", "/deliveries/1", change).status, 400) << change;
  }
  EXPECT_EQ(send("GET", "/deliveries/1").json()["address"], "Seoul");
  EXPECT_EQ(send("GET", "/deliveries/2").status, 404);
}

TEST_F(Deliveries, ThatAreDeletedWhileUnderWayNeverArrive) {
  open("300");
  send("POST", "/deliveries", R"({"orderId":7})");
  EXPECT_EQ(send("DELETE", "/deliveries/1").status, 204);
  send("POST", "/deliveries", R"({"orderId":8})");
  ASSERT_TRUE(eventually([&] { return has_status(delivery_in(shop, 8), "Shipped"); }))
      << "the first one's time is over";
  ASSERT_TRUE(eventually([&] { return !told().empty(); }));
  EXPECT_EQ(told().size(), 1U);
  EXPECT_EQ(told().front()["orderId"], 8);
  EXPECT_EQ(send("GET", "/deliveries/1").status, 404);
}

TEST_F(Deliveries, OfAnOrderThatTheShopDeliversAreRefused) {
  shop.start_all();
  shop.client.register_book(1, 10);
  auto const id = shop.client.buy(1, 1);
  ASSERT_TRUE(eventually([&] { return shop.client.look_at(id) == "Shipped"; }));
  auto const body = nlohmann::json{{"orderId", id}, {"address", "elsewhere"}}.dump();
  EXPECT_EQ(send("POST", "/deliveries", body).status, 409);
  EXPECT_EQ(bookshop::told(violations_of(shop)), "");
}

TEST_F(Deliveries, MadeBeforeTheirOrderShipIt) {
  shop.start_all();
  shop.client.register_book(1, 3);
  EXPECT_EQ(send("POST", "/deliveries", R"({"address":"street 0","orderId":1})").status, 201);
  auto const is_told = [&] { return std::ranges::any_of(told(), [](auto& e) { return e["eventType"] == "Shipped"; }); };
  ASSERT_TRUE(eventually(is_told));
  ASSERT_TRUE(eventually([&] { return metric_in(shop, "order", "holdfast_consumer_lag") == 0; }));
  ASSERT_EQ(shop.client.buy(1, 1), 1);
  EXPECT_TRUE(eventually([&] { return shop.client.look_at(1) == "Shipped"; })) << "it was told before it was there";
  EXPECT_TRUE(eventually([&] { return has_status(page_in(shop, 1), "Shipped"); }));
  EXPECT_EQ(bookshop::told(violations_of(shop)), "");
}

}  // namespace
}  // namespace holdfast::bookshop
