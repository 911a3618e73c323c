#include "kit/documents/sqlite_queries.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>

#include <fmt/format.h>

namespace holdfast::kit::sqlite {

namespace {

std::int64_t as_limit(std::size_t n) {
  return static_cast<std::int64_t>(std::min<std::size_t>(n, std::numeric_limits<std::int64_t>::max()));
}

row values_of(statement const& from, int first, std::size_t columns) {
  row values;
  values.reserve(columns);
  for (std::size_t i = 0; i < columns; ++i) values.push_back(value_at(from, first + static_cast<int>(i)));
  return values;
}

}  // namespace

queries::queries(database& in, layouts const& tables) : in_{in}, tables_{tables}, cache_{in}, ready_(tables.size()) {
  for (std::size_t t = 0; t < tables.size(); ++t)
    ready_[t].find = decltype(of_table::find)(tables[t].schema.columns.size());
}

std::optional<row> queries::get(table from, std::int64_t id) {
  auto const& t = layout(from);
  auto& ready = ready_[from].get;
  if (!ready) ready.emplace(in_, fmt::format("SELECT {} FROM {} WHERE \"id\" = ?", t.column_list, t.quoted_name));
  reset_at_end const ended{*ready};
  ready->bind(1, id);
  if (!ready->step()) return std::nullopt;
  return values_of(*ready, 1, t.schema.columns.size());
}

std::vector<stored_row> queries::find(table from, std::string_view column, value const& is, std::size_t limit) {
  auto const& t = layout(from);
  auto const place = t.column_place(column);
  if (!t.has_finder[place])
    throw std::invalid_argument{fmt::format("table {} has no index on {}", t.schema.name, column)};
  t.require_fit(place, is);
  auto& ready = ready_[from].find[place];
  if (!ready)
    ready.emplace(in_, fmt::format("SELECT {} FROM {} WHERE {} IS ? ORDER BY \"id\" LIMIT ?", t.column_list,
                                   t.quoted_name, t.quoted_columns[place]));
  reset_at_end const ended{*ready};
  bind(*ready, 1, is);
  ready->bind(2, as_limit(limit));
  return rows(*ready, t.schema.columns.size());
}

std::vector<stored_row> queries::list(table from, std::size_t skip, std::size_t limit, std::span<sort_key const> by) {
  auto const& t = layout(from);
  auto sql = fmt::format("SELECT {} FROM {} ORDER BY ", t.column_list, t.quoted_name);
  for (auto const& key : by) {
    sql += key.column == "id" ? "\"id\"" : t.quoted_columns[t.column_place(key.column)];
    sql += key.descending ? " DESC," : ",";
  }
  sql += "\"id\" LIMIT ? OFFSET ?";
  auto& asked = cache_.prepared(sql);
  reset_at_end const ended{asked};
  asked.bind(1, as_limit(limit));
  asked.bind(2, as_limit(skip));
  return rows(asked, t.schema.columns.size());
}

std::int64_t queries::count(table of) {
  auto& asked = cache_.prepared("SELECT documents FROM holdfast_tables WHERE name = ?");
  reset_at_end const ended{asked};
  asked.bind(1, std::string_view{layout(of).schema.name});
  return asked.step() ? asked.integer(0) : 0;
}

std::vector<stored_row> queries::rows(statement& from, std::size_t columns) const {
  std::vector<stored_row> all;
  while (from.step()) all.push_back({from.integer(0), values_of(from, 1, columns)});
  return all;
}

}  // namespace holdfast::kit::sqlite
