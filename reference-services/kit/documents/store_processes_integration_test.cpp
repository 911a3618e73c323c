#include <array>
#include <map>
#include <random>
#include <set>
#include <sstream>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kit/documents/store_test_support.hpp"

namespace holdfast::kit {

namespace {

/// A store_writer and the end of its pipe.
class writer_process {
 public:
  writer_process(std::string const& folder, std::string const& what, int count, std::string const& name) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error{"pipe"};
    auto const count_text = std::to_string(count);
    pid_ = fork();
    if (pid_ == 0) {
      dup2(ends[1], STDOUT_FILENO);
      execl(STORE_WRITER, STORE_WRITER, folder.c_str(), what.c_str(), count_text.c_str(), name.c_str(), nullptr);
      _exit(127);
    }
    close(ends[1]);
    pipe_ = ends[0];
  }
  writer_process(writer_process const&) = delete;
  writer_process& operator=(writer_process const&) = delete;
  ~writer_process() {
    if (pid_ > 0) (void)kill_and_wait();
    close(pipe_);
  }

  /// Reads until the process has said that many lines, or its end.
  void read_lines(std::size_t at_least) {
    std::array<char, 65536> bytes;
    while (lines() < at_least) {
      auto const n = read(pipe_, bytes.data(), bytes.size());
      if (n <= 0) return;
      said_.append(bytes.data(), static_cast<std::size_t>(n));
    }
  }
  std::string const& everything_said() {
    read_lines(static_cast<std::size_t>(-1));
    return said_;
  }
  int kill_and_wait() {
    kill(pid_, SIGKILL);
    return wait_for_end();
  }
  int wait_for_end() {
    int status = -1;
    waitpid(std::exchange(pid_, -1), &status, 0);
    return status;
  }

 private:
  std::size_t lines() const { return static_cast<std::size_t>(std::count(said_.begin(), said_.end(), '\n')); }
  pid_t pid_ = -1;
  int pipe_ = -1;
  std::string said_;
};

class StoreProcesses : public testing::Test {
 protected:
  std::unique_ptr<store> open() {
    return open_sqlite_store(io_.get_executor(), {.folder = folder_.path()}, book_tables());
  }
  static std::map<std::int64_t, std::string> all_books(store& in_store) {
    std::map<std::int64_t, std::string> all;
    in_store.read([&](reader& in) {
      for (auto const& b : books.list(in, 0, 10'000'000)) all.emplace(b.id, *b.title);
      EXPECT_EQ(static_cast<std::size_t>(books.count(in)), all.size());
    });
    return all;
  }
  static std::int64_t total_stock(store& in_store) {
    std::int64_t sum = 0;
    in_store.read([&](reader& in) {
      for (std::int64_t id = 1; id <= 10; ++id) sum += *books.get(in, id)->stock;
    });
    return sum;
  }

  scratch_folder folder_;
  boost::asio::io_context io_{1};
};

/// What was acknowledged: id and title of each line. Adds to `acknowledged` and fails when an id comes twice.
void expect_new(std::string const& said, std::map<std::int64_t, std::string>& acknowledged) {
  std::istringstream lines{said.substr(0, said.rfind('\n') + 1)};
  std::int64_t id = 0;
  std::string title;
  while (lines >> id >> title) EXPECT_TRUE(acknowledged.emplace(id, title).second) << "id given twice: " << id;
}

TEST_F(StoreProcesses, ThreeGiveOutIdsWithoutMeeting) {
  std::map<std::int64_t, std::string> acknowledged;
  {
    writer_process a{folder_.path(), "insert", 1500, "a"}, b{folder_.path(), "insert", 1500, "b"},
        c{folder_.path(), "insert", 1500, "c"};
    for (auto* p : {&a, &b, &c}) expect_new(p->everything_said(), acknowledged);
    for (auto* p : {&a, &b, &c}) EXPECT_EQ(p->wait_for_end(), 0);
  }
  EXPECT_EQ(acknowledged.size(), 4500U);
  auto const s = open();
  EXPECT_EQ(all_books(*s), acknowledged);
}

TEST_F(StoreProcesses, ConditionalUpdatesOfThreeConserveTheSumInEveryView) {
  auto const s = open();
  auto stock_up = [](transaction& in) {
    for (int n = 0; n < 10; ++n) {
      stocked_book b{.id = 0, .isbn = n, .title = "t", .stock = 100};
      books.insert(in, b);
    }
  };
  await_on(io_, s->write(stock_up));
  writer_process a{folder_.path(), "transfer", 3000, "1"}, b{folder_.path(), "transfer", 3000, "2"};
  auto add_nothing = [](transaction& in) {
    column_change const none[] = {{"stock", 0, {}}};
    return books.update_if(in, 1, {}, {}, none);
  };
  for (int n = 0; n < 500; ++n) {
    ASSERT_EQ(total_stock(*s), 1000);
    ASSERT_TRUE(await_on(io_, s->write(add_nothing)));
  }
  EXPECT_EQ(a.wait_for_end(), 0);
  EXPECT_EQ(b.wait_for_end(), 0);
  EXPECT_EQ(total_stock(*s), 1000);
  s->read([](reader& in) {
    for (auto const& book : books.list(in, 0, 10)) EXPECT_GE(*book.stock, 0);
  });
}

TEST_F(StoreProcesses, WhatWasAcknowledgedSurvivesKillingTheWriters) {
  constexpr int rounds = 12;
  constexpr int far_more_than_it_gets_to = 1'000'000;
  std::mt19937 random{20210304};
  std::map<std::int64_t, std::string> acknowledged;
  for (int round = 0; round < rounds; ++round) {
    SCOPED_TRACE(round);
    auto const name = std::to_string(round);
    auto const survivor_count = 400;
    {
      writer_process victim{folder_.path(), "insert", far_more_than_it_gets_to, "victim" + name};
      writer_process survivor{folder_.path(), "insert", survivor_count, "survivor" + name};
      victim.read_lines(1 + random() % 700);
      EXPECT_TRUE(WIFSIGNALED(victim.kill_and_wait()));
      expect_new(victim.everything_said(), acknowledged);
      expect_new(survivor.everything_said(), acknowledged);
      EXPECT_EQ(survivor.wait_for_end(), 0) << "the other goes on";
    }
    auto const s = open();
    auto const stored = all_books(*s);
    for (auto const& [id, title] : acknowledged) {
      auto const found = stored.find(id);
      ASSERT_TRUE(found != stored.end()) << "acknowledged and lost: " << id;
      ASSERT_EQ(found->second, title);
    }
    std::set<std::string> titles;
    for (auto const& [id, title] : stored) EXPECT_TRUE(titles.insert(title).second) << "stored twice: " << title;
  }
}

}  // namespace

}  // namespace holdfast::kit
