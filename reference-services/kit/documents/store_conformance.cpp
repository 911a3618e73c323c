#include "kit/documents/store_conformance.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace holdfast::kit {

namespace {

stocked_book titled(std::string title, std::int64_t stock = 0) {
  return {.id = 0, .isbn = {}, .title = std::move(title), .stock = stock};
}

std::vector<std::int64_t> ids(std::vector<stocked_book> const& of) {
  std::vector<std::int64_t> all;
  for (auto const& b : of) all.push_back(b.id);
  return all;
}
using id_list = std::vector<std::int64_t>;

}  // namespace

TEST_P(StoreConformance, GivesBackWhatWasCommitted) {
  auto const id = add({.id = 0, .isbn = 7, .title = "NoMadLand", .stock = 10});
  auto const found = book(id);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, id);
  EXPECT_EQ(found->isbn, 7);
  EXPECT_EQ(found->title, "NoMadLand");
  EXPECT_EQ(found->stock, 10);
  EXPECT_FALSE(book(id + 1));
}

TEST_P(StoreConformance, KeepsExtremeNumbersNullsAndAnyText) {
  std::string const text{"a\0b '\"; -- \xf0\x9f\x93\x9a", 15};
  auto const id = add({.id = 0, .isbn = {}, .title = text, .stock = std::numeric_limits<std::int64_t>::min()});
  auto const empty = add({.id = 0, .isbn = {}, .title = "", .stock = {}});
  EXPECT_EQ(book(id)->title, text);
  EXPECT_EQ(book(id)->stock, std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(book(id)->isbn, std::nullopt);
  EXPECT_EQ(book(empty)->title, "");
  EXPECT_EQ(ids(read([&](reader& in) { return books.find(in, "title", text); })), id_list{id});
}

TEST_P(StoreConformance, NeverGivesAnIdTwice) {
  auto const first = add(titled("a"));
  auto const second = add(titled("b"));
  EXPECT_GT(second, first);
  write([&](transaction& in) { books.erase(in, second); });
  if (GetParam().keeps_documents) open();
  EXPECT_GT(add(titled("c")), second);
}

TEST_P(StoreConformance, ReservedIdsAreGivenToNobodyElseEvenWhenTheirTransactionIsUndone) {
  auto const undone = write([](transaction& in) {
    auto const id = in.reserve_id(0);
    in.roll_back();
    return id;
  });
  auto const reserved = write([](transaction& in) { return in.reserve_id(0); });
  EXPECT_GT(reserved, undone);
  if (GetParam().keeps_documents) open();
  EXPECT_GT(add(titled("other")), reserved);
  auto mine = titled("mine");
  mine.id = reserved;
  EXPECT_TRUE(write([&](transaction& in) { return books.insert_as(in, mine); }));
  EXPECT_FALSE(write([&](transaction& in) { return books.insert_as(in, mine); })) << "the id is taken";
  EXPECT_EQ(book(reserved)->title, "mine");
}

TEST_P(StoreConformance, IdsContinueBehindOneThatWasGivenFromOutside) {
  auto b = titled("far");
  b.id = 1000;
  EXPECT_TRUE(write([&](transaction& in) { return books.insert_as(in, b); }));
  EXPECT_EQ(add(titled("next")), 1001);
  for (auto const bad : {std::int64_t{0}, std::int64_t{-1}, std::numeric_limits<std::int64_t>::max()}) {
    b.id = bad;
    EXPECT_THROW(write([&](transaction& in) { return books.insert_as(in, b); }), std::invalid_argument) << bad;
  }
}

TEST_P(StoreConformance, UniqueColumnsRefuseAnEqualValueButNotASecondNull) {
  auto b = titled("a");
  b.isbn = 1;
  auto const id = add(b);
  EXPECT_FALSE(write([&](transaction& in) { return books.insert(in, b); }));
  EXPECT_EQ(count(), 1);
  add(titled("no isbn"));
  auto const other = add(titled("no isbn either"));
  b.id = other;
  EXPECT_FALSE(write([&](transaction& in) { return books.replace(in, b); })) << "by replacing";
  column_value const taken[] = {{"isbn", std::int64_t{1}}};
  EXPECT_FALSE(write([&](transaction& in) { return books.update_if(in, other, {}, taken); })) << "by updating";
  EXPECT_EQ(book(other)->isbn, std::nullopt);
  EXPECT_EQ(book(id)->isbn, 1);
  EXPECT_EQ(count(), 3);
}

TEST_P(StoreConformance, ReplacesAndErases) {
  auto const id = add(titled("old", 3));
  auto b = titled("new");
  b.id = id;
  b.stock = std::nullopt;
  EXPECT_TRUE(write([&](transaction& in) { return books.replace(in, b); }));
  EXPECT_EQ(book(id)->title, "new");
  EXPECT_EQ(book(id)->stock, std::nullopt);
  EXPECT_TRUE(write([&](transaction& in) { return books.erase(in, id); }));
  EXPECT_FALSE(write([&](transaction& in) { return books.erase(in, id); }));
  EXPECT_FALSE(write([&](transaction& in) { return books.replace(in, b); }));
  EXPECT_FALSE(book(id));
}

TEST_P(StoreConformance, FindsByIndexOldestFirstUpToTheLimit) {
  auto const a = add(titled("x"));
  add(titled("y"));
  auto const b = add(titled("x"));
  auto const c = add(titled("x"));
  auto const untitled = add({.id = 0, .isbn = {}, .title = {}, .stock = {}});
  read([&](reader& in) {
    EXPECT_EQ(ids(books.find(in, "title", "x")), (id_list{a, b, c}));
    EXPECT_EQ(in.find(0, "title", "x", 2).size(), 2U);
    EXPECT_EQ(books.find_first(in, "title", "x")->id, a);
    EXPECT_FALSE(books.find_first(in, "title", "z"));
    EXPECT_EQ(ids(books.find(in, "title", value{})), id_list{untitled}) << "null finds nulls";
    EXPECT_THROW(books.find(in, "stock", std::int64_t{1}), std::invalid_argument) << "no index";
    EXPECT_THROW(books.find(in, "title\" OR 1 --", "x"), std::invalid_argument) << "no column";
    EXPECT_THROW(books.find(in, "title", std::int64_t{1}), std::invalid_argument) << "another type";
  });
}

TEST_P(StoreConformance, ListsAPartInTheOrderAskedFor) {
  auto const a = add(titled("b", 1));
  auto const b = add(titled("a", 1));
  auto const c = add(titled("c", 0));
  read([&](reader& in) {
    EXPECT_EQ(ids(books.list(in, 0, 10)), (id_list{a, b, c}));
    EXPECT_EQ(ids(books.list(in, 1, 1)), id_list{b});
    EXPECT_EQ(ids(books.list(in, 5, 10)), id_list{});
    EXPECT_EQ(ids(books.list(in, 0, 10, std::vector<sort_key>{{"title", false}})), (id_list{b, a, c}));
    EXPECT_EQ(ids(books.list(in, 0, 10, std::vector<sort_key>{{"id", true}})), (id_list{c, b, a}));
    EXPECT_EQ(ids(books.list(in, 0, 10, std::vector<sort_key>{{"stock", true}})), (id_list{a, b, c}));
    EXPECT_EQ(ids(books.list(in, 0, 2, std::vector<sort_key>{{"stock", true}, {"title", false}})), (id_list{b, a}));
    EXPECT_THROW(books.list(in, 0, 1, std::vector<sort_key>{{"1; DROP TABLE book", false}}), std::invalid_argument);
  });
}

TEST_P(StoreConformance, CountsWithinAndAfterATransaction) {
  add(titled("a"));
  write([](transaction& in) {
    auto b = titled("b");
    EXPECT_TRUE(books.insert(in, b));
    EXPECT_EQ(books.count(in), 2) << "its own insert";
    EXPECT_TRUE(books.erase(in, b.id));
    EXPECT_EQ(books.count(in), 1) << "its own delete";
    EXPECT_TRUE(books.insert(in, b));
    EXPECT_TRUE(others.insert(in, b));
  });
  EXPECT_EQ(count(), 2);
  if (GetParam().keeps_documents) open();
  EXPECT_EQ(count(), 2);
  EXPECT_EQ(read([](reader& in) { return others.count(in); }), 1);
}

TEST_P(StoreConformance, UpdatesOnlyWhenEveryConditionHolds) {
  auto const id = add(titled("a", 5));
  struct update_case {
    char const* claim;
    std::vector<column_value> conditions;
    std::vector<column_change> changes;
    bool done;
    std::int64_t stock;
  };
  auto const far = std::numeric_limits<std::int64_t>::max();
  for (auto const& c : std::vector<update_case>{
           {"a condition that holds", {{"title", "a"}}, {{"stock", -2, 0}}, true, 3},
           {"a condition that does not", {{"title", "b"}}, {{"stock", -1, 0}}, false, 3},
           {"one of two does not", {{"title", "a"}, {"isbn", std::int64_t{1}}}, {{"stock", -1, 0}}, false, 3},
           {"null is a condition", {{"isbn", {}}}, {{"stock", -1, 0}}, true, 2},
           {"a bound that would be passed", {}, {{"stock", -3, 0}}, false, 2},
           {"a bound that is just met", {}, {{"stock", -2, 0}}, true, 0},
           {"no bound", {}, {{"stock", -7, {}}}, true, -7},
           {"the largest change", {}, {{"stock", far, {}}}, true, far - 7},
           {"a sum beyond 64 bits", {}, {{"stock", far, {}}}, false, far - 7},
           {"a sum beyond 64 bits, above its bound", {}, {{"stock", far, 0}}, false, far - 7},
           {"null stays null", {}, {{"isbn", 1, {}}}, true, far - 7},
           {"null keeps no bound", {}, {{"isbn", 1, 0}}, false, far - 7},
           {"nothing to change", {{"title", "a"}}, {}, true, far - 7},
       }) {
    SCOPED_TRACE(c.claim);
    EXPECT_EQ(write([&](transaction& in) { return books.update_if(in, id, c.conditions, {}, c.changes); }), c.done);
    EXPECT_EQ(book(id)->stock, c.stock);
    EXPECT_EQ(book(id)->isbn, std::nullopt);
  }
  EXPECT_FALSE(write([&](transaction& in) { return books.update_if(in, id + 1, {}, {}, {}); })) << "no such document";
}

TEST_P(StoreConformance, AssignsAndClears) {
  auto const id = add(titled("a", 5));
  column_value const assign[] = {{"title", value{}}, {"isbn", std::int64_t{9}}};
  EXPECT_TRUE(write([&](transaction& in) { return books.update_if(in, id, {}, assign); }));
  EXPECT_EQ(book(id)->title, std::nullopt);
  EXPECT_EQ(book(id)->isbn, 9);
  EXPECT_EQ(book(id)->stock, 5);
}

TEST_P(StoreConformance, AnExceptionUndoesItsChangeAndArrives) {
  auto const id = add(titled("a", 5));
  auto fails = [&](transaction& in) -> int {
    auto b = titled("b");
    books.insert(in, b);
    books.erase(in, id);
    throw std::runtime_error{"no stock"};
  };
  try {
    write(fails);
    FAIL() << "nothing was thrown";
  } catch (std::runtime_error const& thrown) {
    EXPECT_STREQ(thrown.what(), "no stock");
  }
  EXPECT_TRUE(book(id));
  EXPECT_EQ(count(), 1);
  EXPECT_FALSE(store_->trouble());
}

TEST_P(StoreConformance, RollBackUndoesAndLetsTheAnswerThrough) {
  auto const answer = write([](transaction& in) {
    auto b = titled("undone");
    books.insert(in, b);
    in.roll_back();
    EXPECT_EQ(books.count(in), 0);
    auto kept = titled("afterwards");
    books.insert(in, kept);
    return std::string{"refused"};
  });
  EXPECT_EQ(answer, "refused");
  auto const all = read([](reader& in) { return books.list(in, 0, 10); });
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].title, "afterwards");
  EXPECT_EQ(count(), 1);
}

TEST_P(StoreConformance, WaitingChangesAreUndoneOneByOne) {
  constexpr int writers = 1000;
  int done = 0;
  int refused = 0;
  auto write_one = [](store& s, int n) -> boost::asio::awaitable<void> {
    auto change = [n](transaction& in) {
      auto b = titled(std::to_string(n), n);
      books.insert(in, b);
      if (n % 3 == 0) throw std::runtime_error{"refused"};
    };
    co_await s.write(change);
  };
  for (int n = 0; n < writers; ++n) {
    auto on_done = [&](std::exception_ptr thrown) { ++(thrown ? refused : done); };
    boost::asio::co_spawn(io_, write_one(*store_, n), on_done);
  }
  io_.restart();
  io_.run();
  EXPECT_EQ(refused, 334);
  EXPECT_EQ(done, 666);
  auto const all = read([](reader& in) { return books.list(in, 0, 10000); });
  EXPECT_EQ(all.size(), 666U);
  EXPECT_TRUE(std::none_of(all.begin(), all.end(), [](auto const& b) { return *b.stock % 3 == 0; }));
  EXPECT_EQ(count(), 666);
}

TEST_P(StoreConformance, AViewStaysTheSameAndOneInsideItSeesTheSame) {
  add(titled("a"));
  read([&](reader& in) {
    EXPECT_EQ(books.count(in), 1);
    EXPECT_EQ(read([&](reader& inner) { return books.count(inner); }), 1);
    EXPECT_EQ(books.list(in, 0, 10).size(), 1U);
  });
  auto throws = [](reader&) -> int { throw std::runtime_error{"from the query"}; };
  EXPECT_THROW(store_->read(throws), std::runtime_error);
  add(titled("b"));
  EXPECT_EQ(count(), 2);
}

TEST_P(StoreConformance, WritesThatWaitWhenTheContextEndsAreDropped) {
  auto io = std::make_unique<boost::asio::io_context>(1);
  auto s = GetParam().open(io->get_executor(), folder_.path(), book_tables());
  auto waits = [](store& of) -> boost::asio::awaitable<void> {
    auto frame_owned = std::make_unique<stocked_book>(titled("frame"));
    auto change = [&](transaction& in) {
      auto b = *frame_owned;
      books.insert(in, b);
    };
    for (;;) co_await of.write(change);
  };
  for (int n = 0; n < 20; ++n) boost::asio::co_spawn(*io, waits(*s), [](std::exception_ptr) {});
  for (int n = 0; n < 100; ++n) io->run_one();
  io.reset();  // before the store, with changes waiting and running
  s.reset();
}

TEST_P(StoreConformance, AStoreThatClosesDoesWhatIsQueuedAndRefusesMore) {
  int done = 0;
  auto change = [](transaction& in) {
    auto b = titled("queued");
    books.insert(in, b);
  };
  for (int n = 0; n < 20; ++n)
    boost::asio::co_spawn(io_, store_->write(change), [&](std::exception_ptr thrown) { done += thrown == nullptr; });
  io_.restart();
  for (int n = 0; n < 20; ++n) io_.poll_one();
  store_.reset();
  io_.run();
  EXPECT_EQ(done, 20);
  open();
  EXPECT_EQ(count(), GetParam().keeps_documents ? 20 : 0);
}

TEST_P(StoreConformance, ColumnsOfANewVersionAreNullInOldDocuments) {
  if (!GetParam().keeps_documents) GTEST_SKIP() << "nothing is kept";
  auto tables = book_tables();
  auto const with_old = add(titled("old", 1));
  tables[0].columns.push_back({"publisher", column_type::text});
  tables[0].indexed.push_back("publisher");
  open(tables);
  read([&](reader& in) {
    auto const found = in.get(0, with_old);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->size(), 4U);
    EXPECT_EQ(found->back(), value{});
    EXPECT_EQ(in.find(0, "publisher", value{}).size(), 1U);
  });
  tables = book_tables();
  open(tables);
  EXPECT_EQ(book(with_old)->title, "old") << "and an older version still works";
}

TEST_P(StoreConformance, RefusesAColumnThatChangedItsType) {
  if (!GetParam().keeps_documents) GTEST_SKIP() << "nothing is kept";
  auto tables = book_tables();
  tables[0].columns[2].type = column_type::text;
  try {
    open(tables);
    FAIL() << "opened";
  } catch (store_failure const& refused) {
    EXPECT_NE(std::string{refused.what()}.find("book.stock"), std::string::npos) << refused.what();
  }
}

}  // namespace holdfast::kit
