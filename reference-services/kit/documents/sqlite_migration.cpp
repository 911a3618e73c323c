#include <algorithm>
#include <map>
#include <string>

#include <fmt/format.h>

#include "kit/documents/sqlite_tables.hpp"

namespace holdfast::kit::sqlite {

namespace {

/// Of the file's layout; written to user_version. Raise it when older programs could not use the file any more.
constexpr std::int64_t store_format = 1;

/// Row counts and next ids live in a table of their own: count() takes constant time, and an id is never given twice
/// even when the newest document is deleted before a restart.
constexpr char const* counters_table =
    "CREATE TABLE IF NOT EXISTS holdfast_tables("
    "name TEXT PRIMARY KEY, next_id INTEGER NOT NULL, documents INTEGER NOT NULL) STRICT, WITHOUT ROWID";
constexpr char const* probe_table = "CREATE TABLE IF NOT EXISTS holdfast_probe(writes INTEGER NOT NULL) STRICT";

char const* sql_type(column_type type) { return type == column_type::integer ? "INTEGER" : "TEXT"; }

void require_known_format(database& in) {
  auto const found = in.integer("PRAGMA user_version");
  if (found > store_format)
    throw store_failure{
        fmt::format("the store was written by a newer version of this program (format {}; this one "
                    "knows formats up to {}): use that version, or another folder",
                    found, store_format)};
  if (found == 0 && in.integer("SELECT count(*) FROM sqlite_master") != 0)
    throw store_failure{"the file is an SQLite database, but no document store: use another folder"};
}

std::map<std::string, std::string> columns_found(database& in, table_layout const& t) {
  statement asked{in, fmt::format("PRAGMA table_info({})", t.quoted_name)};
  std::map<std::string, std::string> types;
  while (asked.step()) types.emplace(asked.text(1), asked.text(2));
  return types;
}

void make_table(database& in, table_layout const& t) {
  auto sql = fmt::format("CREATE TABLE {}(\"id\" INTEGER PRIMARY KEY", t.quoted_name);
  for (std::size_t i = 0; i < t.schema.columns.size(); ++i)
    sql += fmt::format(",{} {}", t.quoted_columns[i], sql_type(t.schema.columns[i].type));
  in.execute(sql + ") STRICT");
}

void add_new_columns(database& in, table_layout const& t, std::map<std::string, std::string> const& found) {
  for (std::size_t i = 0; i < t.schema.columns.size(); ++i) {
    auto const& wanted = t.schema.columns[i];
    auto const there = found.find(wanted.name);
    if (there == found.end())
      in.execute(
          fmt::format("ALTER TABLE {} ADD COLUMN {} {}", t.quoted_name, t.quoted_columns[i], sql_type(wanted.type)));
    else if (there->second != sql_type(wanted.type))
      throw store_failure{
          fmt::format("column {}.{} is {} in the store and {} in this program: use another folder, or "
                      "give the column a new name",
                      t.schema.name, wanted.name, there->second, sql_type(wanted.type))};
  }
}

void make_counters(database& in, table_layout const& t) {
  statement known{in, "SELECT 1 FROM holdfast_tables WHERE name = ?"};
  known.bind(1, std::string_view{t.schema.name});
  if (known.step()) return;
  statement first{in, fmt::format("INSERT INTO holdfast_tables SELECT ?, coalesce(max(id), 0) + 1, count(*) FROM {}",
                                  t.quoted_name)};
  first.bind(1, std::string_view{t.schema.name});
  first.step();
}

bool has_index(database& in, std::string const& name) {
  statement asked{in, "SELECT 1 FROM sqlite_master WHERE type = 'index' AND name = ?"};
  asked.bind(1, std::string_view{name});
  return asked.step();
}

void make_indexes(database& in, table_layout const& t) {
  for (auto const& c : t.schema.columns) {
    auto const& unique = t.schema.unique;
    auto const& indexed = t.schema.indexed;
    auto const is_unique = std::find(unique.begin(), unique.end(), c.name) != unique.end();
    auto const is_indexed = !is_unique && std::find(indexed.begin(), indexed.end(), c.name) != indexed.end();
    for (auto const& [kind, sql, wanted] :
         {std::tuple{"unique", "CREATE UNIQUE INDEX", is_unique}, std::tuple{"index", "CREATE INDEX", is_indexed}}) {
      auto const name = fmt::format("{}_{}_{}", kind, t.schema.name, c.name);
      if (wanted == has_index(in, name)) continue;
      if (wanted)
        in.execute(fmt::format("{} {} ON {}({})", sql, quoted(name), t.quoted_name, quoted(c.name)));
      else
        in.execute(fmt::format("DROP INDEX {}", quoted(name)));
    }
  }
}

}  // namespace

void prepare_tables(database& in, layouts const& tables) {
  in.execute("BEGIN IMMEDIATE");
  try {
    require_known_format(in);
    in.execute(counters_table);
    in.execute(probe_table);
    for (auto const& t : tables) {
      auto const found = columns_found(in, t);
      if (found.empty())
        make_table(in, t);
      else
        add_new_columns(in, t, found);
      make_counters(in, t);
      make_indexes(in, t);
    }
    if (in.integer("PRAGMA user_version") != store_format)
      in.execute(fmt::format("PRAGMA user_version = {}", store_format));
    in.execute("COMMIT");
  } catch (...) {
    if (in.in_transaction()) in.execute("ROLLBACK");
    throw;
  }
}

}  // namespace holdfast::kit::sqlite
