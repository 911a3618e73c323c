#include <map>
#include <memory>

#include <benchmark/benchmark.h>

#include "kit/documents/store_test_support.hpp"

namespace {

using namespace holdfast::kit;
namespace asio = boost::asio;

/// A store with that many books, filled once and kept for all benchmarks of that size.
struct filled_store {
  explicit filled_store(std::int64_t rows) : size{rows} {
    documents = open_sqlite_store(io.get_executor(), {.folder = folder.path()}, book_tables());
    for (std::int64_t n = 0; n < rows;) {
      auto const end = std::min(rows, n + 20'000);
      auto fill = [&n, end](transaction& in) {
        for (; n < end; ++n) {
          stocked_book b{.id = 0, .isbn = n, .title = "title number " + std::to_string(n), .stock = 1'000'000'000};
          books.insert(in, b);
        }
      };
      await_on(io, documents->write(fill));
    }
  }
  /// Jumps about, the same way every time.
  std::int64_t next_row() { return at = (at + 7'919 * 101) % size; }

  std::int64_t size;
  std::int64_t at = 0;
  scratch_folder folder;
  asio::io_context io{1};
  std::unique_ptr<store> documents;
};

filled_store& with_rows(std::int64_t rows) {
  static std::map<std::int64_t, std::unique_ptr<filled_store>> all;
  auto& one = all[rows];
  if (!one) one = std::make_unique<filled_store>(rows);
  return *one;
}

void get(benchmark::State& state) {
  auto& in = with_rows(state.range(0));
  for (auto _ : state) {
    auto const id = in.next_row() + 1;
    auto query = [id](reader& from) { return books.get(from, id); };
    benchmark::DoNotOptimize(in.documents->read(query));
  }
}

void find(benchmark::State& state) {
  auto& in = with_rows(state.range(0));
  for (auto _ : state) {
    value const title = "title number " + std::to_string(in.next_row());
    auto query = [&title](reader& from) { return books.find(from, "title", title); };
    benchmark::DoNotOptimize(in.documents->read(query));
  }
}

void list_first_page(benchmark::State& state) {
  auto& in = with_rows(state.range(0));
  auto query = [](reader& from) {
    return books.list(from, 0, 20).size() + static_cast<std::size_t>(books.count(from));
  };
  for (auto _ : state) benchmark::DoNotOptimize(in.documents->read(query));
}

asio::awaitable<void> update_rows(filled_store& in, std::int64_t& left) {
  while (left-- > 0) {
    auto change = [id = in.next_row() + 1](transaction& t) {
      column_change const less[] = {{"stock", -1, 0}};
      return books.update_if(t, id, {}, {}, less);
    };
    (void)co_await in.documents->write(change);
  }
}

asio::awaitable<void> insert_rows(filled_store& in, std::int64_t& left) {
  while (left-- > 0) {
    auto change = [](transaction& t) {
      stocked_book b{.id = 0, .isbn = {}, .title = "a new one", .stock = 1};
      return others.insert(t, b);
    };
    (void)co_await in.documents->write(change);
  }
}

/// Time of one change while range(1) coroutines keep writing.
template <auto Rows>
void write(benchmark::State& state) {
  auto& in = with_rows(state.range(0));
  constexpr std::int64_t changes = 512;
  for (auto _ : state) {
    std::int64_t left = changes;
    for (std::int64_t n = 0; n < state.range(1); ++n)
      asio::co_spawn(in.io, Rows(in, left), [](std::exception_ptr thrown) {
        if (thrown) std::rethrow_exception(thrown);
      });
    in.io.restart();
    in.io.run();
  }
  state.SetItemsProcessed(state.iterations() * changes);
}
void update(benchmark::State& state) { write<&update_rows>(state); }
void insert(benchmark::State& state) { write<&insert_rows>(state); }

BENCHMARK(get)->Arg(1'000)->Arg(1'000'000);
BENCHMARK(find)->Arg(1'000)->Arg(1'000'000);
BENCHMARK(list_first_page)->Arg(1'000)->Arg(1'000'000);
BENCHMARK(update)->ArgsProduct({{1'000, 1'000'000}, {1, 64}})->UseRealTime();
BENCHMARK(insert)->ArgsProduct({{1'000, 1'000'000}, {1, 64}})->UseRealTime();

}  // namespace
