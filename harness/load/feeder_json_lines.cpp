#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/json_document.hpp"
#include "load/feeder.hpp"
#include "load/feeder_table.hpp"

namespace holdfast::load {
namespace {

std::string cell_text(json_value const& value) {
  if (value.kind == json_kind::string) return value.text;
  if (value.kind == json_kind::null) return {};
  return to_json(value);
}

void set_columns(json_value const& object, data_table_builder& table) {
  std::vector<std::string> names;
  for (auto const& member : object.members) names.push_back(member.key);
  table.set_columns(std::move(names), object.line);
}

// Whether the object has exactly the columns; says what it lacks or has too much.
bool has_columns(json_value const& object, data_table_builder& table) {
  bool sound = true;
  auto const& columns = table.columns();
  for (auto const& column : columns) {
    auto const times = std::ranges::count(object.members, column, &json_member::key);
    if (times == 1) continue;
    sound = false;
    table.refuse(object.line, column, {}, times == 0 ? "missing in this row" : "stands in this row more than once",
                 times == 0 ? "Every line needs the keys of the first one." : "Keep one of them.");
  }
  for (auto const& member : object.members) {
    if (std::ranges::find(columns, member.key) != columns.end()) continue;
    sound = false;
    table.refuse(object.line, member.key, {}, "no such key in the first row",
                 "Add it to the first row, or remove it here.");
  }
  return sound;
}

void read_line(std::string_view text, std::string_view file, std::uint32_t line, data_table_builder& table) {
  auto const row = parse_json(text, file, {}, line);
  if (!row) {
    for (auto& d : row.error()) table.refuse(d.line, d.field, d.value, d.problem, d.fix);
    return;
  }
  if (row->kind != json_kind::object || row->members.empty()) {
    table.refuse(line, {}, to_json(*row), "each line must be a JSON object with at least one key",
                 "Write e.g. {\"user\": \"ann\"}.");
    return;
  }
  if (!table.has_columns()) set_columns(*row, table);
  if (!has_columns(*row, table)) return;
  table.begin_row(line);
  for (auto const& column : table.columns()) {
    table.add_cell(cell_text(std::ranges::find(row->members, column, &json_member::key)->value));
  }
}

}  // namespace

result<data_table, diagnostics> read_json_lines(std::string_view text, std::string_view file) {
  data_table_builder table{file};
  std::uint32_t line = 0;
  while (!text.empty() && !table.is_full()) {
    auto const end = std::min(text.find('\n'), text.size());
    auto const row = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ++line;
    if (row.find_first_not_of(" \t\r") != std::string_view::npos) read_line(row, file, line, table);
  }
  return std::move(table).finish();
}

}  // namespace holdfast::load
