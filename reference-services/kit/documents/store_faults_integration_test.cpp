#include <atomic>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include "kit/documents/sqlite_database.hpp"
#include "kit/documents/store_test_support.hpp"

namespace holdfast::kit {

namespace {

using namespace std::chrono_literals;

class StoreFaults : public testing::Test {
 protected:
  std::unique_ptr<store> open(std::string const& folder) {
    return open_sqlite_store(io_.get_executor(), {.folder = folder}, book_tables());
  }
  /// Inserts until the store refuses. @return  ids that were acknowledged
  std::vector<std::int64_t> fill(store& s, int at_most = 5000) {
    std::vector<std::int64_t> acknowledged;
    for (int n = 0; n < at_most; ++n) {
      try {
        acknowledged.push_back(add(s));
      } catch (store_failure const&) {
        return acknowledged;
      }
    }
    ADD_FAILURE() << "never refused";
    return acknowledged;
  }
  std::int64_t add(store& s) {
    auto change = [](transaction& in) {
      stocked_book b{.id = 0, .isbn = {}, .title = std::string(2000, 'x'), .stock = 1};
      books.insert(in, b);
      return b.id;
    };
    return await_on(io_, s.write(change));
  }
  static void expect_exactly(store& s, std::vector<std::int64_t> const& ids) {
    s.read([&](reader& in) {
      EXPECT_EQ(static_cast<std::size_t>(books.count(in)), ids.size());
      auto const all = books.list(in, 0, 100'000);
      ASSERT_EQ(all.size(), ids.size());
      for (std::size_t i = 0; i < ids.size(); ++i) ASSERT_EQ(all[i].id, ids[i]);
    });
  }

  scratch_folder folder_;
  boost::asio::io_context io_{1};
};

TEST_F(StoreFaults, AFullDiskRefusesWritesAndAFreedOneTakesThemAgain) {
  if (mount("tmpfs", folder_.path().c_str(), "tmpfs", 0, "size=2m") != 0)
    GTEST_SKIP() << "NOT TESTED: a full disk; mounting a tmpfs is not permitted here: " << std::strerror(errno);
  struct unmount_at_end {
    std::string const& at;
    ~unmount_at_end() { umount2(at.c_str(), MNT_DETACH); }
  } const mounted{folder_.path()};
  auto const s = open(folder_.path() + "/store");
  auto const ballast = folder_.path() + "/ballast";
  std::ofstream{ballast} << std::string(1'000'000, 'x');
  auto acknowledged = fill(*s);
  EXPECT_GT(acknowledged.size(), 10U);
  EXPECT_TRUE(s->trouble());
  expect_exactly(*s, acknowledged);
  for (int n = 0; n < 5; ++n) EXPECT_THROW(add(*s), store_failure);
  std::filesystem::remove(ballast);
  for (int n = 0; n < 20; ++n) acknowledged.push_back(add(*s));
  EXPECT_FALSE(s->trouble());
  expect_exactly(*s, acknowledged);
}

TEST_F(StoreFaults, AFailingFileRefusesWritesAndRecoversWithoutARestart) {
  auto const s = open(folder_.path());
  auto acknowledged = std::vector{add(*s), add(*s)};
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  auto const ignored = signal(SIGXFSZ, SIG_IGN);
  auto limited = before;
  limited.rlim_cur = 300'000;  // of a file: writes beyond it fail
  setrlimit(RLIMIT_FSIZE, &limited);
  for (auto const id : fill(*s)) acknowledged.push_back(id);
  EXPECT_TRUE(s->trouble());
  EXPECT_THROW(add(*s), store_failure);
  expect_exactly(*s, acknowledged);
  setrlimit(RLIMIT_FSIZE, &before);
  signal(SIGXFSZ, ignored);
  for (int n = 0; n < 20; ++n) acknowledged.push_back(add(*s));
  EXPECT_FALSE(s->trouble());
  expect_exactly(*s, acknowledged);
}

TEST_F(StoreFaults, TroubleIsSeenWhileAnotherProcessHoldsTheLockAndEndsWithIt) {
  auto const s = open(folder_.path());
  sqlite::database blocker{folder_.path() + "/store.db", 0ns};
  blocker.execute("BEGIN IMMEDIATE");
  EXPECT_THROW(add(*s), store_failure);
  EXPECT_TRUE(s->trouble());
  EXPECT_EQ(s->read([](reader& in) { return books.count(in); }), 0) << "readers do not wait for it";
  blocker.execute("ROLLBACK");
  EXPECT_GT(add(*s), 0);
  EXPECT_FALSE(s->trouble());
}

TEST_F(StoreFaults, TroubleEndsWithoutAnyWrite) {
  auto const s = open(folder_.path());
  sqlite::database blocker{folder_.path() + "/store.db", 0ns};
  blocker.execute("BEGIN IMMEDIATE");
  EXPECT_THROW(add(*s), store_failure);
  blocker.execute("ROLLBACK");
  while (s->trouble()) std::this_thread::yield();  // ends by the store's own probe, or the test's time limit
}

TEST_F(StoreFaults, TheLogStaysBoundedWhileReadersComeAndGo) {
  auto const s = open(folder_.path());
  std::atomic<bool> over = false;
  auto const read_on = [&] {
    sqlite::database db{folder_.path() + "/store.db", 1s};
    while (!over) {
      db.execute("BEGIN");
      (void)db.integer("SELECT count(*) FROM (SELECT 1 FROM book LIMIT 100)");
      db.execute("COMMIT");
    }
  };
  std::thread a{read_on};
  std::thread b{read_on};
  std::uintmax_t longest = 0;
  for (int n = 0; n < 400; ++n) {
    auto change = [](transaction& in) {
      stocked_book book{.id = 0, .isbn = {}, .title = std::string(400'000, 'x'), .stock = 1};
      books.insert(in, book);
      books.erase(in, book.id);
    };
    await_on(io_, s->write(change));
    longest = std::max(longest, std::filesystem::file_size(folder_.path() + "/store.db-wal"));
  }
  over = true;
  a.join();
  b.join();
  EXPECT_GT(longest, 4'000'000U);
  EXPECT_LT(longest, 90'000'000U) << "64 MiB, and what was written while readers were waited for";
}

}  // namespace

}  // namespace holdfast::kit
