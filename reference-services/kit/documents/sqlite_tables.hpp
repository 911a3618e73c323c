#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "kit/documents/sqlite_database.hpp"
#include "kit/documents/store.hpp"
#include "kit/documents/value.hpp"

namespace holdfast::kit::sqlite {

/// A table and what its statements are made of. Never changes after the store is open; shared by all connections.
struct table_layout {
  explicit table_layout(table_schema from);

  /// Place of a column in a row. @throws std::invalid_argument  when the table has no such column
  std::size_t column_place(std::string_view column) const;
  /// @throws std::invalid_argument  when the value cannot stand in that column
  void require_fit(std::size_t place, value const& is) const;
  /// @throws std::invalid_argument  when a row has another number of values, or one that does not fit
  void require_fit(row const& values) const;

  table_schema schema;
  std::string quoted_name;
  std::string column_list;  ///< "id","first","second"
  std::vector<std::string> quoted_columns;
  std::vector<bool> has_finder;  ///< indexed or unique
};

using layouts = std::vector<table_layout>;

std::string quoted(std::string_view identifier);

/// Makes the tables and indexes that are missing, and adds new columns. Several processes may do so at once.
/// @throws store_failure  when the file is of a newer format, is no document store, or a column changed its type
void prepare_tables(database& in, layouts const& tables);

/// Prepared statements of one connection by their text.
class statement_cache {
 public:
  explicit statement_cache(database& in) : in_{in} {}
  statement& prepared(std::string_view sql);

 private:
  database& in_;
  std::map<std::string, statement, std::less<>> by_text_;
};

void bind(statement& to, int parameter, value const& is);
value value_at(statement const& from, int column);

}  // namespace holdfast::kit::sqlite
