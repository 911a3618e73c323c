#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace holdfast::kit {

/// What a column can hold: nothing, a whole number, or UTF-8 text.
using value = std::variant<std::monostate, std::int64_t, std::string>;

/// The values of one document in the order of its table's columns, without its id.
using row = std::vector<value>;

struct stored_row {
  std::int64_t id = 0;
  row values;
};

enum class column_type : std::uint8_t { integer, text };

struct column {
  std::string name;
  column_type type = column_type::text;
};

/// A table of documents. Every table has an id besides its columns: given out by the store, rising, never reused.
struct table_schema {
  std::string name;
  std::vector<column> columns;
  std::vector<std::string> indexed;  ///< columns with a finder
  std::vector<std::string> unique;   ///< columns of which no two documents share a value other than null
};

}  // namespace holdfast::kit
