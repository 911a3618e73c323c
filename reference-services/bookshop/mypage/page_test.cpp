// Every order of events leads to the same page: on the real store, in memory.
#include <array>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "bookshop/mypage/page_events.hpp"

namespace holdfast::bookshop {
namespace {

namespace asio = boost::asio;

constexpr kit::collection<page> pages{0};
constexpr kit::collection<early_news> early{1};

kit::event told(std::string type, nlohmann::json fields) {
  kit::event what;
  what.type = std::move(type);
  what.envelope = std::move(fields);
  return what;
}

struct MyPage : testing::Test {
  void apply(std::vector<std::string> const& types) {
    asio::io_context context;
    documents = kit::open_sqlite_store(
        context.get_executor(), {},
        {kit::schema_of<page>("pages", {"orderId"}), kit::schema_of<early_news>("early_news", {"orderId"})});
    auto all = [&](kit::transaction& in) {
      for (auto const& type : types) apply_one(in, type);
    };
    auto failed = [](std::exception_ptr const& failure) {
      if (failure) std::rethrow_exception(failure);
    };
    auto writing = [&]() -> asio::awaitable<void> { co_await documents->write(all); };
    asio::co_spawn(context, writing(), failed);
    context.run();
    documents->read([&](kit::reader& in) {
      rows = pages.list(in, 0, 10);
      left = early.count(in);
    });
    documents.reset();
  }
  static void apply_one(kit::transaction& in, std::string const& type) {
    page_events const events{pages, early};
    if (type == "Bought") events.on_bought(in, bought);
    if (type == "Shipped") events.on_shipped(in, told("Shipped", {{"id", 1}, {"orderId", 7}}));
    if (type == "Canceled") events.on_canceled(in, told("Canceled", {{"id", 7}}));
    if (type == "Wrote") events.on_wrote(in, told("Wrote", {{"orderId", 7}, {"contents", "good"}}));
    if (type == "Wrote again") events.on_wrote(in, told("Wrote", {{"orderId", 7}, {"contents", "better"}}));
    if (type == "Wrote of nothing") events.on_wrote(in, told("Wrote", {{"orderId", nullptr}, {"contents", "?"}}));
  }
  static inline kit::event const bought =
      told("Bought",
           {{"id", 7}, {"bookId", 1}, {"title", "NoMadLand"}, {"qty", 2}, {"address", "Seoul"}, {"status", "Bought"}});
  std::unique_ptr<kit::store> documents;
  std::vector<page> rows;
  std::int64_t left = 0;
};

struct order_case {
  char const* claim;
  std::vector<std::string> events;
  char const* status;
  char const* review;
};

TEST_F(MyPage, EndsRightWhateverTheOrderOfEvents) {
  for (auto const& c : {order_case{"bought alone", {"Bought"}, "Bought", ""},
                        order_case{"the usual life", {"Bought", "Shipped", "Wrote"}, "Shipped", "good"},
                        order_case{"the last review counts", {"Bought", "Wrote", "Wrote again"}, "Bought", "better"},
                        order_case{"review first", {"Wrote", "Bought"}, "Bought", "good"},
                        order_case{"two reviews first", {"Wrote", "Wrote again", "Bought"}, "Bought", "better"},
                        order_case{"shipped first", {"Shipped", "Bought"}, "Shipped", ""},
                        order_case{"all before", {"Wrote", "Shipped", "Canceled", "Bought"}, "Cancelled", "good"},
                        order_case{"cancelled before it ships", {"Bought", "Canceled", "Shipped"}, "Cancelled", ""},
                        order_case{"cancelled before all", {"Canceled", "Shipped", "Bought"}, "Cancelled", ""},
                        order_case{"cancelled, then reviewed", {"Bought", "Canceled", "Wrote"}, "Cancelled", "good"},
                        order_case{"told twice", {"Bought", "Shipped", "Bought", "Shipped"}, "Shipped", ""}}) {
    SCOPED_TRACE(c.claim);
    apply(c.events);
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].status, c.status);
    EXPECT_EQ(rows[0].review, c.review);
    EXPECT_EQ(rows[0].order_id, 7);
    EXPECT_EQ(rows[0].book_id, 1);
    EXPECT_EQ(rows[0].title, "NoMadLand");
    EXPECT_EQ(rows[0].qty, 2);
    EXPECT_EQ(rows[0].address, "Seoul");
    EXPECT_EQ(left, 0) << "nothing is kept that was used";
  }
}

TEST_F(MyPage, HasNoRowForReviewsOfNothing) {
  apply({"Wrote", "Wrote of nothing"});
  EXPECT_TRUE(rows.empty());
  EXPECT_EQ(left, 1);
}

TEST(PageOf, LeavesOutWhatDoesNotFit) {
  auto const row = page_of(told("Bought", {{"id", 1}, {"qty", 5'000'000'000}, {"status", nullptr}}), std::nullopt);
  EXPECT_FALSE(row.qty);
  EXPECT_FALSE(row.status);
  EXPECT_EQ(row.review, "");
}

}  // namespace
}  // namespace holdfast::bookshop
