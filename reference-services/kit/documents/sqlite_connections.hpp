#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "kit/documents/sqlite_queries.hpp"
#include "kit/documents/sqlite_transaction.hpp"

namespace holdfast::kit::sqlite {

/// Opens connections to one store. In a file each side has its own, and WAL keeps readers and the writer out of each
/// other's way. In memory both use one connection in turn.
struct source {
  std::string file;  ///< empty: in memory
  durability survives = durability::process_crash;
  std::shared_ptr<database> memory;
  std::mutex memory_turn;

  std::shared_ptr<database> connect(nanoseconds patience);
};

/// The connection of the store's thread. Opened again after a failure that spoilt it.
class writing_side {
 public:
  writing_side(std::shared_ptr<source> from, layouts const& tables);

  /// To be held while the connection is used.
  std::unique_lock<std::mutex> access();
  group_transaction& group();  ///< @throws failure
  void probe();                ///< writes a little. @throws failure
  void look_after(store_failure const& f);
  /// Moves the WAL into the database when it is long. Short of the limit readers are left alone; beyond it they are
  /// waited for a moment, so that the WAL starts anew. Failures are left to the next change.
  void checkpoint_if_due();

 private:
  struct connection;
  std::shared_ptr<source> from_;
  layouts const& tables_;
  std::shared_ptr<connection> open_;
  int checkpoint_at_;
};

/// The connection of the service's thread.
class reading_side {
 public:
  reading_side(std::shared_ptr<source> from, layouts const& tables);
  ~reading_side();
  /// A view at the moment of its first question. One inside another sees the same moment.
  std::unique_ptr<reader, void (*)(reader*)> begin();

 private:
  class view;
  std::unique_ptr<view> view_;
};

/// Opens the store and makes its tables. @throws store_failure
std::pair<std::unique_ptr<writing_side>, std::unique_ptr<reading_side>> connect(sqlite_settings const& settings,
                                                                                layouts const& tables);

}  // namespace holdfast::kit::sqlite
