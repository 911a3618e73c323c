#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "kit/documents/sqlite_queries.hpp"

namespace holdfast::kit::sqlite {

/// A group of changes that are committed together, each undone alone when it fails. Lives on one thread.
///
/// Next ids and row counts are read once a group and written back once before its COMMIT. Ids that an undone change
/// took are not given again.
class group_transaction final : public transaction {
 public:
  group_transaction(database& in, layouts const& tables);

  /// Takes the write lock. @throws failure
  void begin();
  /// Runs one change. @return  what it threw, or the failure of the store that it met; null when it stands
  std::exception_ptr apply(std::function<void(transaction&)> const& change);
  /// True when SQLite gave up the whole group (disk full, I/O error): nothing of it can be committed.
  bool is_lost() const;
  /// @throws failure  nothing of the group is stored
  void commit();
  void abandon() noexcept;

  std::optional<row> get(table from, std::int64_t id) override;
  std::vector<stored_row> find(table from, std::string_view column, value const& is, std::size_t limit) override;
  std::vector<stored_row> list(table from, std::size_t skip, std::size_t limit, std::span<sort_key const> by) override;
  std::int64_t count(table of) override;
  std::optional<std::int64_t> insert(table into, row const& values) override;
  std::int64_t reserve_id(table of) override;
  bool insert_as(table into, std::int64_t id, row const& values) override;
  bool replace(table in, std::int64_t id, row const& values) override;
  bool erase(table from, std::int64_t id) override;
  bool update_if(table in, std::int64_t id, std::span<column_value const> conditions,
                 std::span<column_value const> assign, std::span<column_change const> changes) override;
  void roll_back() override;

 private:
  struct counters {
    bool known = false;
    bool changed = false;
    std::int64_t next_id = 1;
    std::int64_t documents = 0;
    std::int64_t by_this_change = 0;  ///< documents added by the change under way, undone with it
    std::int64_t given_here = 0;      ///< highest id that this process gave out, whatever became of it
  };
  counters& counters_of(table t);
  void write_counters();
  bool insert_row(table into, std::int64_t id, row const& values);
  void undo_change();
  void keep_change();
  template <class Work>
  auto noticing_failure(Work&& work) -> decltype(work());

  database& in_;
  queries queries_;
  std::vector<counters> counters_;
  /// Of the store, met by the change under way: it cannot stand even if it goes on.
  std::optional<store_failure> failure_;
};

}  // namespace holdfast::kit::sqlite
