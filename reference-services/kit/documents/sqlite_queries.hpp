#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "kit/documents/sqlite_tables.hpp"

namespace holdfast::kit::sqlite {

/// The reading half of a connection: what views and transactions share.
class queries {
 public:
  queries(database& in, layouts const& tables);

  std::optional<row> get(table from, std::int64_t id);
  std::vector<stored_row> find(table from, std::string_view column, value const& is, std::size_t limit);
  std::vector<stored_row> list(table from, std::size_t skip, std::size_t limit, std::span<sort_key const> by);
  std::int64_t count(table of);

  table_layout const& layout(table of) const { return tables_.at(of); }
  statement& prepared(std::string_view sql) { return cache_.prepared(sql); }

 private:
  struct of_table {
    std::optional<statement> get;
    std::vector<std::optional<statement>> find;  ///< by column
  };
  std::vector<stored_row> rows(statement& from, std::size_t columns) const;

  database& in_;
  layouts const& tables_;
  statement_cache cache_;
  std::vector<of_table> ready_;  ///< the statements of the hot paths, found without comparing text
};

}  // namespace holdfast::kit::sqlite
