#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "kit/documents/fields.hpp"
#include "kit/documents/store.hpp"

namespace holdfast::kit {

/// The documents of one type: a table seen through its struct. A value; cheap to copy.
template <document T>
class collection {
 public:
  explicit constexpr collection(table of) : table_{of} {}

  table number() const { return table_; }

  std::optional<T> get(reader& in, std::int64_t id) const {
    auto values = in.get(table_, id);
    if (!values) return std::nullopt;
    return from_row<T>(stored_row{id, std::move(*values)});
  }
  /// Oldest first.
  std::vector<T> find(reader& in, std::string_view column, value const& is) const {
    return documents(in.find(table_, column, is));
  }
  std::optional<T> find_first(reader& in, std::string_view column, value const& is) const {
    auto found = in.find(table_, column, is, 1);
    if (found.empty()) return std::nullopt;
    return from_row<T>(std::move(found.front()));
  }
  std::vector<T> list(reader& in, std::size_t skip, std::size_t limit, std::span<sort_key const> by = {}) const {
    return documents(in.list(table_, skip, limit, by));
  }
  std::int64_t count(reader& in) const { return in.count(table_); }

  /// Gives `d` its id. False when a unique value is taken.
  bool insert(transaction& in, T& d) const {
    auto const id = in.insert(table_, to_row(d));
    if (id) d.id = *id;
    return id.has_value();
  }
  bool insert_as(transaction& in, T const& d) const { return in.insert_as(table_, d.id, to_row(d)); }
  bool replace(transaction& in, T const& d) const { return in.replace(table_, d.id, to_row(d)); }
  bool erase(transaction& in, std::int64_t id) const { return in.erase(table_, id); }
  bool update_if(transaction& in, std::int64_t id, std::span<column_value const> conditions,
                 std::span<column_value const> assign, std::span<column_change const> changes = {}) const {
    return in.update_if(table_, id, conditions, assign, changes);
  }

 private:
  static std::vector<T> documents(std::vector<stored_row> rows) {
    std::vector<T> all;
    all.reserve(rows.size());
    for (auto& r : rows) all.push_back(from_row<T>(std::move(r)));
    return all;
  }
  table table_;
};

}  // namespace holdfast::kit
