// A process that writes to a store until it has done its part or is killed: for the tests with several processes.
//   store_writer <folder> insert <count> <name>     prints "<id> <title>" for each insert once it is acknowledged
//   store_writer <folder> transfer <count> <seed>   moves stock between the books 1 to 10; prints nothing
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <random>
#include <string>

#include <unistd.h>

#include "kit/documents/store_test_support.hpp"

namespace {

using namespace holdfast::kit;
namespace asio = boost::asio;

/// Enough for groups of several changes.
constexpr int writers = 16;

asio::awaitable<void> insert(store& into, std::string name, int& left) {
  while (left-- > 0) {
    stocked_book b{.id = 0, .isbn = {}, .title = name + "-" + std::to_string(left), .stock = 1};
    auto change = [&b](transaction& in) { return books.insert(in, b); };
    if (!co_await into.write(change)) throw std::logic_error{"no unique value was given"};
    auto const line = std::to_string(b.id) + " " + *b.title + "\n";
    if (write(STDOUT_FILENO, line.data(), line.size()) != static_cast<ssize_t>(line.size())) co_return;
  }
}

asio::awaitable<void> transfer(store& into, std::mt19937& random, int& left) {
  while (left-- > 0) {
    auto const from = static_cast<std::int64_t>(random() % 10 + 1);
    auto const to = static_cast<std::int64_t>(random() % 10 + 1);
    auto const amount = static_cast<std::int64_t>(random() % 40);
    auto change = [=](transaction& in) {
      column_change const less[] = {{"stock", -amount, 0}};
      column_change const more[] = {{"stock", amount, {}}};
      // The other half first, so that a refusal has something to undo.
      if (!books.update_if(in, to, {}, {}, more)) throw std::logic_error{"book missing"};
      if (!books.update_if(in, from, {}, {}, less)) in.roll_back();
    };
    co_await into.write(change);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  try {
    asio::io_context io{1};
    auto const s = open_sqlite_store(io.get_executor(), {.folder = argv[1]}, book_tables());
    int left = std::atoi(argv[3]);
    std::mt19937 random{static_cast<unsigned>(std::atoi(argv[4]))};
    auto const on_done = [](std::exception_ptr thrown) {
      if (thrown) std::rethrow_exception(thrown);
    };
    for (int n = 0; n < writers; ++n) {
      if (std::string{argv[2]} == "insert")
        asio::co_spawn(io, insert(*s, argv[4], left), on_done);
      else
        asio::co_spawn(io, transfer(*s, random, left), on_done);
    }
    io.run();
    return 0;
  } catch (std::exception const& failed) {
    std::fprintf(stderr, "store_writer: %s\n", failed.what());
    return 3;
  }
}
