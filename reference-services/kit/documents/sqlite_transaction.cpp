#include "kit/documents/sqlite_transaction.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

#include <fmt/format.h>

namespace holdfast::kit::sqlite {

namespace {

/// Leaves room above any id that a client could name, so that ids never run out.
constexpr std::int64_t highest_id = std::int64_t{1} << 62;

void run(statement& s) {
  reset_at_end const ended{s};
  s.step();
}

std::string insert_sql(table_layout const& t) {
  std::string places;
  for (std::size_t i = 0; i < t.schema.columns.size(); ++i) places += ",?";
  return fmt::format("INSERT INTO {}({}) VALUES(?{}) ON CONFLICT DO NOTHING", t.quoted_name, t.column_list, places);
}

std::string replace_sql(table_layout const& t) {
  std::string assignments;
  for (auto const& column : t.quoted_columns) assignments += (assignments.empty() ? "" : ",") + column + "=?";
  return fmt::format("UPDATE OR IGNORE {} SET {} WHERE \"id\"=?", t.quoted_name, assignments);
}

/// Parameters in the order: assign, changes, id, conditions, then sum (and bound) of each change.
std::string update_sql(table_layout const& t, std::span<column_value const> conditions,
                       std::span<column_value const> assign, std::span<column_change const> changes) {
  auto const name = [&](std::string_view column) -> std::string const& {
    return t.quoted_columns[t.column_place(column)];
  };
  std::string assignments;
  for (auto const& a : assign) assignments += "," + name(a.column) + "=?";
  for (auto const& c : changes) assignments += "," + name(c.column) + "=" + name(c.column) + "+?";
  // SQL wants an assignment. This one is the slow kind (rows move), so it stands only where there is no other.
  if (assignments.empty()) assignments = ",\"id\"=\"id\"";
  auto sql = "UPDATE OR IGNORE " + t.quoted_name + " SET " + assignments.substr(1);
  sql += " WHERE \"id\"=?";
  for (auto const& c : conditions) sql += " AND " + name(c.column) + " IS ?";
  for (auto const& c : changes) {
    // A sum beyond 64 bits becomes a floating-point number in SQLite.
    sql += " AND typeof(" + name(c.column) + "+?)<>'real'";
    if (c.not_below) sql += " AND " + name(c.column) + "+?>=?";
  }
  return sql;
}

}  // namespace

group_transaction::group_transaction(database& in, layouts const& tables)
    : in_{in}, queries_{in, tables}, counters_(tables.size()) {}

template <class Work>
auto group_transaction::noticing_failure(Work&& work) -> decltype(work()) {
  if (failure_) throw *failure_;
  try {
    return work();
  } catch (store_failure const& f) {
    failure_ = f;
    throw;
  }
}

void group_transaction::begin() {
  for (auto& c : counters_) c.known = c.changed = false;
  run(queries_.prepared("BEGIN IMMEDIATE"));
}

std::exception_ptr group_transaction::apply(std::function<void(transaction&)> const& change) {
  failure_.reset();
  std::exception_ptr thrown;
  try {
    run(queries_.prepared("SAVEPOINT change"));
    change(*this);
    if (!failure_) {
      keep_change();
      return nullptr;
    }
    thrown = std::make_exception_ptr(*failure_);
  } catch (...) {
    thrown = failure_ ? std::make_exception_ptr(*failure_) : std::current_exception();
  }
  try {
    undo_change();
    keep_change();
  } catch (...) {
    abandon();
  }
  return thrown;
}

bool group_transaction::is_lost() const { return !in_.in_transaction(); }

void group_transaction::commit() {
  try {
    write_counters();
    run(queries_.prepared("COMMIT"));
  } catch (...) {
    abandon();
    throw;
  }
}

void group_transaction::abandon() noexcept {
  try {
    if (in_.in_transaction()) in_.execute("ROLLBACK");
  } catch (store_failure const&) {  // nothing more can be done here; the next begin() tells whether the store works
  }
}

void group_transaction::keep_change() {
  run(queries_.prepared("RELEASE change"));
  for (auto& c : counters_) {
    c.documents += c.by_this_change;
    c.changed = c.changed || c.by_this_change != 0;
    c.by_this_change = 0;
  }
}

void group_transaction::undo_change() {
  for (auto& c : counters_) c.by_this_change = 0;
  run(queries_.prepared("ROLLBACK TO change"));
}

void group_transaction::roll_back() {
  noticing_failure([&] { undo_change(); });
}

group_transaction::counters& group_transaction::counters_of(table t) {
  auto& c = counters_.at(t);
  if (c.known) return c;
  auto& asked = queries_.prepared("SELECT next_id, documents FROM holdfast_tables WHERE name = ?");
  reset_at_end const ended{asked};
  asked.bind(1, std::string_view{queries_.layout(t).schema.name});
  if (!asked.step()) throw store_failure{"the counters of table " + queries_.layout(t).schema.name + " are missing"};
  c.next_id = std::max(asked.integer(0), c.given_here + 1);
  c.documents = asked.integer(1);
  c.known = true;
  return c;
}

void group_transaction::write_counters() {
  for (std::size_t t = 0; t < counters_.size(); ++t) {
    auto const& c = counters_[t];
    if (!c.changed) continue;
    auto& put = queries_.prepared("UPDATE holdfast_tables SET next_id = ?, documents = ? WHERE name = ?");
    reset_at_end const ended{put};
    put.bind(1, c.next_id);
    put.bind(2, c.documents);
    put.bind(3, std::string_view{queries_.layout(t).schema.name});
    put.step();
  }
}

std::optional<row> group_transaction::get(table from, std::int64_t id) {
  return noticing_failure([&] { return queries_.get(from, id); });
}

std::vector<stored_row> group_transaction::find(table from, std::string_view column, value const& is,
                                                std::size_t limit) {
  return noticing_failure([&] { return queries_.find(from, column, is, limit); });
}

std::vector<stored_row> group_transaction::list(table from, std::size_t skip, std::size_t limit,
                                                std::span<sort_key const> by) {
  return noticing_failure([&] { return queries_.list(from, skip, limit, by); });
}

std::int64_t group_transaction::count(table of) {
  return noticing_failure([&] {
    auto const& c = counters_of(of);
    return c.documents + c.by_this_change;
  });
}

bool group_transaction::insert_row(table into, std::int64_t id, row const& values) {
  auto const& t = queries_.layout(into);
  t.require_fit(values);
  auto& put = queries_.prepared(insert_sql(t));
  reset_at_end const ended{put};
  put.bind(1, id);
  for (std::size_t i = 0; i < values.size(); ++i) bind(put, static_cast<int>(i) + 2, values[i]);
  put.step();
  if (in_.rows_changed() == 0) return false;
  ++counters_of(into).by_this_change;
  return true;
}

std::optional<std::int64_t> group_transaction::insert(table into, row const& values) {
  return noticing_failure([&]() -> std::optional<std::int64_t> {
    auto const id = counters_of(into).next_id;
    if (!insert_row(into, id, values)) return std::nullopt;
    return reserve_id(into);
  });
}

std::int64_t group_transaction::reserve_id(table of) {
  return noticing_failure([&] {
    auto& c = counters_of(of);
    c.changed = true;
    return c.given_here = c.next_id++;
  });
}

bool group_transaction::insert_as(table into, std::int64_t id, row const& values) {
  if (id < 1 || id > highest_id) throw std::invalid_argument{fmt::format("{} cannot be the id of a document", id)};
  return noticing_failure([&] {
    if (!insert_row(into, id, values)) return false;
    auto& c = counters_of(into);
    c.next_id = std::max(c.next_id, id + 1);
    c.given_here = c.next_id - 1;
    return true;
  });
}

bool group_transaction::replace(table in, std::int64_t id, row const& values) {
  return noticing_failure([&] {
    auto const& t = queries_.layout(in);
    t.require_fit(values);
    auto& put = queries_.prepared(replace_sql(t));
    reset_at_end const ended{put};
    int at = 0;
    for (auto const& v : values) bind(put, ++at, v);
    put.bind(++at, id);
    put.step();
    return in_.rows_changed() != 0;
  });
}

bool group_transaction::erase(table from, std::int64_t id) {
  return noticing_failure([&] {
    auto& gone = queries_.prepared("DELETE FROM " + queries_.layout(from).quoted_name + " WHERE \"id\"=?");
    reset_at_end const ended{gone};
    gone.bind(1, id);
    gone.step();
    if (in_.rows_changed() == 0) return false;
    --counters_of(from).by_this_change;
    return true;
  });
}

bool group_transaction::update_if(table in, std::int64_t id, std::span<column_value const> conditions,
                                  std::span<column_value const> assign, std::span<column_change const> changes) {
  return noticing_failure([&] {
    auto const& t = queries_.layout(in);
    for (auto const& part : {conditions, assign})
      for (auto const& c : part) t.require_fit(t.column_place(c.column), c.is);
    for (auto const& c : changes) t.require_fit(t.column_place(c.column), value{c.add});
    auto& put = queries_.prepared(update_sql(t, conditions, assign, changes));
    reset_at_end const ended{put};
    int at = 0;
    for (auto const& a : assign) bind(put, ++at, a.is);
    for (auto const& c : changes) put.bind(++at, c.add);
    put.bind(++at, id);
    for (auto const& c : conditions) bind(put, ++at, c.is);
    for (auto const& c : changes) {
      put.bind(++at, c.add);
      if (!c.not_below) continue;
      put.bind(++at, c.add);
      put.bind(++at, *c.not_below);
    }
    put.step();
    return in_.rows_changed() != 0;
  });
}

}  // namespace holdfast::kit::sqlite
