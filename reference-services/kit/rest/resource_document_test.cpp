#include "kit/rest/resource_document.hpp"

#include <gtest/gtest.h>

namespace holdfast::kit {
namespace {

struct drivercall {
  std::int64_t id = 0;
  std::optional<std::string> tel, location, status;
  std::optional<std::int32_t> cost;
  static constexpr auto fields() {
    return std::tuple{field{"tel", &drivercall::tel}, field{"location", &drivercall::location},
                      field{"status", &drivercall::status}, field{"cost", &drivercall::cost}};
  }
};

struct order {
  std::int64_t id = 0;
  std::optional<std::int64_t> qty;
  static constexpr auto fields() { return std::tuple{field{"qty", &order::qty}}; }
};

resource_writer orders(framework_generation generation, std::vector<resource_finder> const& finders = {}) {
  return resource_writer{
      {.collection = "orders", .item = "order", .generation = generation}, resource_fields<order>(), finders};
}

TEST(ResourceDocument, AnEmptyCollectionIsVectorV1ByteForByte) {
  auto const text = orders(framework_generation::v2_3).page({}, {}, "order:8080");
  EXPECT_EQ(text, R"({
  "_embedded" : {
    "orders" : [ ]
  },
  "_links" : {
    "self" : {
      "href" : "http://order:8080/orders"
    },
    "profile" : {
      "href" : "http://order:8080/profile/orders"
    }
  },
  "page" : {
    "size" : 20,
    "totalElements" : 0,
    "totalPages" : 0,
    "number" : 0
  }
})");
  EXPECT_EQ(text.size(), 301U);
}

TEST(ResourceDocument, Generation21HasATemplatedSelfLink) {
  EXPECT_EQ(orders(framework_generation::v2_1).page({}, {}, "order:8080").size(), 344U);  // vector V1b
}

TEST(ResourceDocument, AnItemIsVectorV2) {
  resource_writer const writer{{.collection = "drivercalls", .item = "drivercall"}, resource_fields<drivercall>(), {}};
  auto const of_id = [&](std::int64_t id) {
    drivercall const d{.id = id, .tel = "1234567890", .location = {}, .status = {}, .cost = 3000};
    return writer.item({id, to_row(d)}, "drivercall:8080");
  };
  EXPECT_EQ(of_id(12).size(), 262U);
  EXPECT_EQ(of_id(123).size(), 264U);
  EXPECT_EQ(of_id(1234).size(), 266U);
  EXPECT_EQ(of_id(12), R"({
  "tel" : "1234567890",
  "location" : null,
  "status" : null,
  "cost" : 3000,
  "_links" : {
    "self" : {
      "href" : "http://drivercall:8080/drivercalls/12"
    },
    "drivercall" : {
      "href" : "http://drivercall:8080/drivercalls/12"
    }
  }
})");
}

TEST(ResourceDocument, ItemsOfACollectionStandInOneBracket) {
  std::vector<stored_row> const rows{{1, {value{std::int64_t{5}}}}, {2, {value{}}}};
  auto const text = orders(framework_generation::v2_1).all(rows, "o");
  EXPECT_EQ(text.substr(0, text.find("  },\n  \"_links\" : {\n    \"self\" : {\n      \"href\" : \"http://o/orders\"")),
            R"({
  "_embedded" : {
    "orders" : [ {
      "qty" : 5,
      "_links" : {
        "self" : {
          "href" : "http://o/orders/1"
        },
        "order" : {
          "href" : "http://o/orders/1"
        }
      }
    }, {
      "qty" : null,
      "_links" : {
        "self" : {
          "href" : "http://o/orders/2"
        },
        "order" : {
          "href" : "http://o/orders/2"
        }
      }
    } ]
)");
  EXPECT_EQ(text.find("\"page\""), std::string::npos) << "a collection without paging has no page";
}

TEST(ResourceDocument, AMiddlePageLinksToAllOthers) {
  auto const text =
      orders(framework_generation::v2_3).page({}, {.size = 2, .number = 1, .total = 5, .sort = "&sort=qty,desc"}, "o");
  for (auto const* const link : {R"("first" : {
      "href" : "http://o/orders?page=0&size=2&sort=qty,desc")",
                                 R"("prev" : {
      "href" : "http://o/orders?page=0&size=2&sort=qty,desc")",
                                 R"("next" : {
      "href" : "http://o/orders?page=2&size=2&sort=qty,desc")",
                                 R"("last" : {
      "href" : "http://o/orders?page=2&size=2&sort=qty,desc")",
                                 "\"totalPages\" : 3"}) {
    EXPECT_NE(text.find(link), std::string::npos) << link << "\n" << text;
  }
}

TEST(ResourceDocument, TheFirstPageHasNoPreviousAndTheLastNoNext) {
  auto const writer = orders(framework_generation::v2_1);
  EXPECT_EQ(writer.page({}, {.size = 2, .number = 0, .total = 3, .sort = {}}, "o").find("\"prev\""), std::string::npos);
  EXPECT_EQ(writer.page({}, {.size = 2, .number = 1, .total = 3, .sort = {}}, "o").find("\"next\""), std::string::npos);
}

TEST(ResourceDocument, FindersAreLinkedAndListed) {
  auto const writer = orders(framework_generation::v2_1, {{.name = "findByQty", .argument = "qty", .column = "qty"}});
  EXPECT_NE(writer.page({}, {}, "o").find("\"search\" : {\n      \"href\" : \"http://o/orders/search\""),
            std::string::npos);
  EXPECT_EQ(writer.finder_list("o"), R"({
  "_links" : {
    "findByQty" : {
      "href" : "http://o/orders/search/findByQty{?qty}",
      "templated" : true
    },
    "self" : {
      "href" : "http://o/orders/search"
    }
  }
})");
}

TEST(ResourceDocument, TextIsEscapedAndNeverBreaksTheDocument) {
  struct review {
    std::int64_t id = 0;
    std::optional<std::string> contents;
    static constexpr auto fields() { return std::tuple{field{"contents", &review::contents}}; }
  };
  resource_writer const writer{{.collection = "reviews", .item = "review"}, resource_fields<review>(), {}};
  auto const text = writer.item({1, {value{std::string{"a\"b\\c\n\x01\xC3\xA9\xFF"}}}}, "evil\"host");
  EXPECT_NE(text.find("\"a\\\"b\\\\c\\n\\u0001\xC3\xA9\xEF\xBF\xBD\""), std::string::npos) << text;
  EXPECT_NE(text.find("http://evil\\\"host/"), std::string::npos);
}

TEST(ResourceDocument, PlainControllersShowTheIdAndNoLinks) {
  auto const writer = orders(framework_generation::v2_1);
  EXPECT_EQ(writer.plain_item({7, {value{std::int64_t{3}}}}), R"({"id":7,"qty":3})");
  std::vector<stored_row> const rows{{7, {value{std::int64_t{3}}}}, {8, {value{}}}};
  EXPECT_EQ(writer.plain_list(rows), R"([{"id":7,"qty":3},{"id":8,"qty":null}])");
}

}  // namespace
}  // namespace holdfast::kit
