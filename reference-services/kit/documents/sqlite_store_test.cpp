#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "kit/documents/sqlite_tables.hpp"
#include "kit/documents/store_conformance.hpp"

namespace holdfast::kit {

namespace {

auto on_disk(durability survives) {
  return
      [survives](boost::asio::any_io_executor executor, std::string const& folder, std::vector<table_schema> tables) {
        return open_sqlite_store(std::move(executor), {.folder = folder, .survives = survives}, std::move(tables));
      };
}

INSTANTIATE_TEST_SUITE_P(Sqlite, StoreConformance,
                         testing::Values(store_kind{"OnDisk", on_disk(durability::process_crash)},
                                         store_kind{"OnDiskFull", on_disk(durability::power_loss)},
                                         store_kind{"InMemory",
                                                    [](auto executor, std::string const&, auto tables) {
                                                      return open_sqlite_store(executor, {}, std::move(tables));
                                                    },
                                                    false}),
                         [](auto const& of) { return of.param.name; });

class SqliteStore : public testing::Test {
 protected:
  std::unique_ptr<store> open(std::string const& folder) {
    return open_sqlite_store(io_.get_executor(), {.folder = folder}, book_tables());
  }
  std::string refusal(std::string const& folder) {
    try {
      (void)open(folder);
    } catch (store_failure const& refused) {
      return refused.what();
    }
    return "opened";
  }
  std::string file() const { return folder_.path() + "/store.db"; }

  scratch_folder folder_;
  boost::asio::io_context io_{1};
};

TEST_F(SqliteStore, MakesItsFolderWithParents) {
  auto const folder = folder_.path() + "/a/b/c";
  auto const s = open(folder);
  EXPECT_TRUE(std::filesystem::exists(folder + "/store.db"));
}

TEST_F(SqliteStore, SaysWhyItCannotOpen) {
  std::ofstream{folder_.path() + "/file"} << "x";
  EXPECT_NE(refusal(folder_.path() + "/file").find("cannot make folder"), std::string::npos);
  std::ofstream{file()} << std::string(10'000, 'x');
  EXPECT_NE(refusal(folder_.path()).find("not a database"), std::string::npos) << refusal(folder_.path());
}

TEST_F(SqliteStore, RefusesANewerFormat) {
  (void)open(folder_.path());
  sqlite::database{file(), nanoseconds{0}}.execute("PRAGMA user_version = 2");
  EXPECT_NE(refusal(folder_.path()).find("newer version"), std::string::npos) << refusal(folder_.path());
}

TEST_F(SqliteStore, RefusesADatabaseOfSomebodyElse) {
  sqlite::database{file(), nanoseconds{0}}.execute("CREATE TABLE theirs(x)");
  EXPECT_NE(refusal(folder_.path()).find("no document store"), std::string::npos) << refusal(folder_.path());
}

TEST_F(SqliteStore, AUniqueColumnCanBecomeAnOrdinaryOneAndBackUnlessValuesAreShared) {
  auto tables = book_tables();
  auto const s1 = open(folder_.path());
  tables[0].unique.clear();
  auto const s2 = open_sqlite_store(io_.get_executor(), {.folder = folder_.path()}, tables);
  auto twice = [](transaction& in) {
    stocked_book b{.id = 0, .isbn = 1, .title = "a", .stock = 1};
    return books.insert(in, b) && books.insert(in, b);
  };
  EXPECT_TRUE(await_on(io_, s2->write(twice)));
  EXPECT_NE(refusal(folder_.path()).find("UNIQUE"), std::string::npos);
}

TEST_F(SqliteStore, FindersAndGetsUseIndexes) {
  auto const s = open(folder_.path());
  sqlite::database db{file(), nanoseconds{0}};
  for (auto const* column : {"title", "isbn"}) {
    sqlite::statement plan{
        db, std::string{"EXPLAIN QUERY PLAN SELECT id FROM book WHERE "} + column + " IS ? ORDER BY id LIMIT ?"};
    std::string text;
    while (plan.step()) text += std::string{plan.text(3)} + "; ";
    EXPECT_NE(text.find("SEARCH"), std::string::npos) << text;
    EXPECT_EQ(text.find("TEMP B-TREE"), std::string::npos) << text;
  }
}

TEST_F(SqliteStore, StoresInMemoryAreStrangersToEachOther) {
  auto const a = open("");
  auto const b = open("");
  auto change = [](transaction& in) {
    stocked_book book{.id = 0, .isbn = 1, .title = "a", .stock = 1};
    return books.insert(in, book);
  };
  EXPECT_TRUE(await_on(io_, a->write(change)));
  EXPECT_EQ(b->read([](reader& in) { return books.count(in); }), 0);
}

}  // namespace

}  // namespace holdfast::kit
