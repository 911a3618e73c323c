#pragma once

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "kit/documents/store_test_support.hpp"

namespace holdfast::kit {

/// A kind of store that must pass the suite. Instantiate it with INSTANTIATE_TEST_SUITE_P in the store's own test.
struct store_kind {
  std::string name;
  std::function<std::unique_ptr<store>(boost::asio::any_io_executor, std::string const& folder,
                                       std::vector<table_schema>)>
      open;
  bool keeps_documents = true;  ///< a store opened again in the same folder holds what was committed
};
inline std::ostream& operator<<(std::ostream& out, store_kind const& kind) { return out << kind.name; }

class StoreConformance : public testing::TestWithParam<store_kind> {
 protected:
  void open(std::vector<table_schema> tables = book_tables()) {
    store_.reset();
    store_ = GetParam().open(io_.get_executor(), folder_.path(), std::move(tables));
  }
  void SetUp() override { open(); }

  template <class Change>
  auto write(Change change) {
    return await_on(io_, store_->write(std::move(change)));
  }
  template <class Query>
  auto read(Query query) {
    return store_->read(query);
  }
  std::int64_t add(stocked_book b) {
    return write([&](transaction& in) {
      EXPECT_TRUE(books.insert(in, b));
      return b.id;
    });
  }
  std::optional<stocked_book> book(std::int64_t id) {
    return read([&](reader& in) { return books.get(in, id); });
  }
  std::int64_t count() {
    return read([](reader& in) { return books.count(in); });
  }

  scratch_folder folder_;
  boost::asio::io_context io_{1};
  std::unique_ptr<store> store_;
};

}  // namespace holdfast::kit
