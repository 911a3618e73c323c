#pragma once

#include <cstdint>
#include <exception>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <stdlib.h>

#include "kit/documents/collection.hpp"
#include "kit/documents/store.hpp"

namespace holdfast::kit {

/// A folder of its own, removed at the end.
class scratch_folder {
 public:
  scratch_folder() {
    auto pattern = (std::filesystem::temp_directory_path() / "holdfast-store-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  scratch_folder(scratch_folder const&) = delete;
  scratch_folder& operator=(scratch_folder const&) = delete;
  ~scratch_folder() { std::filesystem::remove_all(path_); }
  std::string const& path() const { return path_; }

 private:
  std::string path_;
};

/// Runs the context until the coroutine has ended; throws what it threw.
template <class T>
T await_on(boost::asio::io_context& io, boost::asio::awaitable<T> task) {
  std::optional<T> answer;
  std::exception_ptr failure;
  auto on_done = [&](std::exception_ptr thrown, T given) {
    failure = thrown;
    if (!thrown) answer.emplace(std::move(given));
  };
  boost::asio::co_spawn(io, std::move(task), std::move(on_done));
  io.restart();
  io.run();
  if (failure) std::rethrow_exception(failure);
  return std::move(answer).value();
}
inline void await_on(boost::asio::io_context& io, boost::asio::awaitable<void> task) {
  std::exception_ptr failure;
  auto on_done = [&](std::exception_ptr thrown) { failure = thrown; };
  boost::asio::co_spawn(io, std::move(task), std::move(on_done));
  io.restart();
  io.run();
  if (failure) std::rethrow_exception(failure);
}

struct stocked_book {
  std::int64_t id = 0;
  std::optional<std::int64_t> isbn;
  std::optional<std::string> title;
  std::optional<std::int64_t> stock;
  static constexpr auto fields() {
    return std::tuple{field{"isbn", &stocked_book::isbn}, field{"title", &stocked_book::title},
                      field{"stock", &stocked_book::stock}};
  }
};

inline std::vector<table_schema> book_tables() {
  return {schema_of<stocked_book>("book", {"title"}, {"isbn"}), schema_of<stocked_book>("other")};
}
inline constexpr collection<stocked_book> books{0};
inline constexpr collection<stocked_book> others{1};

}  // namespace holdfast::kit
