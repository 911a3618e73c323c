#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "kit/documents/store_failure.hpp"
#include "kit/documents/value.hpp"

namespace holdfast::kit {

/// Number of a table: its place in the list of schemas that the store was opened with.
using table = std::size_t;

struct sort_key {
  std::string column;  ///< "id" or a column
  bool descending = false;
};

/// Column and the value that it must hold (`std::monostate`: must be null) or shall get.
struct column_value {
  std::string_view column;
  value is;
};

/// Amount to add to an integer column; a column that is null stays null.
struct column_change {
  std::string_view column;
  std::int64_t add = 0;
  std::optional<std::int64_t> not_below;  ///< the change happens only if the sum is at least this
};

/// Consistent view of the store. Reads by id or by an indexed column take time that does not grow with the table.
/// @throws store_failure          when the store cannot be read at the moment
/// @throws std::invalid_argument  for a column that the table does not have (or, in find, that has no index), and for a
///                                value of another type than its column: mistakes in the program
class reader {
 public:
  virtual ~reader() = default;
  virtual std::optional<row> get(table from, std::int64_t id) = 0;
  /// Documents with that value in an indexed or unique column, oldest id first.
  virtual std::vector<stored_row> find(table from, std::string_view column, value const& is, std::size_t limit) = 0;
  std::vector<stored_row> find(table from, std::string_view column, value const& is) {
    return find(from, column, is, static_cast<std::size_t>(-1) / 2);
  }
  /// A part of the table in the order of `by` (ids break ties); by id when `by` is empty.
  virtual std::vector<stored_row> list(table from, std::size_t skip, std::size_t limit,
                                       std::span<sort_key const> by) = 0;
  virtual std::int64_t count(table of) = 0;  ///< constant time
};

/// Everything done through one of these is committed together or not at all. Runs on the store's own thread.
/// Failures of the store itself (disk full, corrupt file) are thrown as store_failure and roll everything back, even if
/// the change catches them. Ids that an undone change took are not given again: they may leave gaps.
class transaction : public reader {
 public:
  /// The new id; nothing when another document holds the same value in a unique column.
  virtual std::optional<std::int64_t> insert(table into, row const& values) = 0;
  /// An id for a document that will be inserted later with insert_as(): given to nobody else, ever.
  virtual std::int64_t reserve_id(table of) = 0;
  /// Inserts under an id that reserve_id() gave; under any other from 1 to 2^62, ids continue behind it. False when
  /// that id or a unique value is taken.
  virtual bool insert_as(table into, std::int64_t id, row const& values) = 0;
  /// False when there is no such document, or another holds the same value in a unique column.
  virtual bool replace(table in, std::int64_t id, row const& values) = 0;
  virtual bool erase(table from, std::int64_t id) = 0;  ///< false when there is no such document
  /// Sets `assign` and applies `changes` if the document exists, every condition holds and every bound of a change is
  /// kept: one atomic step. False, with nothing changed, otherwise; also when a sum would need more than 64 bits or a
  /// unique value is taken. A column that is null keeps no bound.
  virtual bool update_if(table in, std::int64_t id, std::span<column_value const> conditions,
                         std::span<column_value const> assign, std::span<column_change const> changes) = 0;
  /// Undoes what this transaction did so far and lets the function's answer through.
  virtual void roll_back() = 0;
};

/// Durable documents of one service, shared by all its replicas. Written so that a database server can stand behind it.
///
/// Lifetimes: the store may be destroyed before or after the io_context, with writes still waiting. Destroyed first, it
/// does the queued changes and posts their ends. When the io_context goes first, the store waits for the change that
/// runs, drops those that wait and their coroutines, and runs none of them later. Whatever a change refers to must
/// therefore live until its coroutine has been resumed or destroyed; keeping it in that coroutine's frame is enough.
class store {
 public:
  virtual ~store() = default;

  /// Runs `change` in a transaction on the store's thread and resumes on the caller's executor when it is committed:
  /// from then on it survives kill -9 (and with full synchronisation loss of power). Waiting changes are committed as a
  /// group; one that throws is undone alone, and the exception arrives here. Build `change` before the co_await
  /// expression, not inside it: g++ 12 destroys temporaries with captures in there twice.
  template <class Change>
  boost::asio::awaitable<std::invoke_result_t<Change&, transaction&>> write(Change change) {
    using answer_type = std::invoke_result_t<Change&, transaction&>;
    if constexpr (std::is_void_v<answer_type>) {
      std::function<void(transaction&)> erased = [&change](transaction& in) { change(in); };
      co_await run(std::move(erased));
    } else {
      std::optional<answer_type> answer;
      std::function<void(transaction&)> erased = [&change, &answer](transaction& in) { answer.emplace(change(in)); };
      co_await run(std::move(erased));
      co_return std::move(*answer);
    }
  }

  /// Runs `query` on a consistent view, at once and on the calling thread (the service's own: one thread only).
  /// Never waits for writers.
  template <class Query>
  auto read(Query&& query) {
    auto const view = begin_read();
    return query(*view);
  }

  /// Why the store cannot be used at the moment; nothing when it can. For health.
  virtual std::optional<std::string> trouble() = 0;

 protected:
  /// A view that ends when it is destroyed.
  virtual std::unique_ptr<reader, void (*)(reader*)> begin_read() = 0;
  virtual boost::asio::awaitable<void> run(std::function<void(transaction&)> change) = 0;
};

enum class durability : std::uint8_t { process_crash, power_loss };

struct sqlite_settings {
  std::string folder;  ///< made when missing; empty: in memory of this process alone, gone with it
  durability survives = durability::process_crash;
};

/// SQLite in WAL mode, file `store.db` in the folder. Blocks while it opens and makes tables.
/// @throws store_failure  when the folder cannot be used, or holds tables that do not fit the schemas
std::unique_ptr<store> open_sqlite_store(boost::asio::any_io_executor executor, sqlite_settings settings,
                                         std::vector<table_schema> tables);

}  // namespace holdfast::kit
