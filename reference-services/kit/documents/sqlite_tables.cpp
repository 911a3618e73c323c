#include "kit/documents/sqlite_tables.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

namespace holdfast::kit::sqlite {

std::string quoted(std::string_view identifier) {
  std::string text{'"'};
  for (char const c : identifier) {
    if (c == '"') text += '"';
    text += c;
  }
  return text += '"';
}

table_layout::table_layout(table_schema from) : schema{std::move(from)}, quoted_name{quoted(schema.name)} {
  if (schema.columns.empty()) throw std::invalid_argument{"table " + schema.name + " has no columns"};
  column_list = "\"id\"";
  auto const among = [](std::vector<std::string> const& names, std::string const& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  for (auto const& c : schema.columns) {
    if (c.name == "id") throw std::invalid_argument{"table " + schema.name + ": a column cannot be called id"};
    quoted_columns.push_back(quoted(c.name));
    column_list += "," + quoted_columns.back();
    has_finder.push_back(among(schema.indexed, c.name) || among(schema.unique, c.name));
  }
  for (auto const* names : {&schema.indexed, &schema.unique})
    for (auto const& name : *names) (void)column_place(name);
}

std::size_t table_layout::column_place(std::string_view column) const {
  for (std::size_t i = 0; i < schema.columns.size(); ++i)
    if (schema.columns[i].name == column) return i;
  throw std::invalid_argument{fmt::format("table {} has no column {}", schema.name, column)};
}

void table_layout::require_fit(std::size_t place, value const& is) const {
  auto const& c = schema.columns[place];
  auto const fits = std::holds_alternative<std::monostate>(is) ||
                    std::holds_alternative<std::string>(is) == (c.type == column_type::text);
  if (!fits) throw std::invalid_argument{fmt::format("table {}: value of another type for {}", schema.name, c.name)};
}

void table_layout::require_fit(row const& values) const {
  if (values.size() != schema.columns.size())
    throw std::invalid_argument{fmt::format("table {} has {} columns; the row has {} values", schema.name,
                                            schema.columns.size(), values.size())};
  for (std::size_t i = 0; i < values.size(); ++i) require_fit(i, values[i]);
}

statement& statement_cache::prepared(std::string_view sql) {
  if (auto const known = by_text_.find(sql); known != by_text_.end()) return known->second;
  // Far above what a service's fixed statements need; callers that sort by many columns cannot make it grow for ever.
  if (by_text_.size() >= 500) by_text_.clear();
  return by_text_.try_emplace(std::string{sql}, in_, sql).first->second;
}

void bind(statement& to, int parameter, value const& is) {
  if (auto const* const number = std::get_if<std::int64_t>(&is)) return to.bind(parameter, *number);
  if (auto const* const text = std::get_if<std::string>(&is)) return to.bind(parameter, std::string_view{*text});
  to.bind_null(parameter);
}

value value_at(statement const& from, int column) {
  if (from.is_null(column)) return {};
  if (from.is_integer(column)) return from.integer(column);
  return std::string{from.text(column)};
}

}  // namespace holdfast::kit::sqlite
