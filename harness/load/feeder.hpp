#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/diagnostic.hpp"
#include "core/random.hpp"
#include "core/result.hpp"

namespace holdfast::load {

/// Rows of named columns, read once and shared read-only between threads.
class data_table {
 public:
  std::span<std::string const> columns() const { return columns_; }
  std::size_t rows() const { return columns_.empty() ? 0 : (ends_.size() - 1) / columns_.size(); }
  std::string_view cell(std::size_t row, std::size_t column) const {
    auto const at = row * columns_.size() + column;
    return std::string_view{text_}.substr(ends_[at], ends_[at + 1] - ends_[at]);
  }
  /// 1-based line of the file where the row begins.
  std::uint32_t line_of(std::size_t row) const { return lines_[row]; }

 private:
  friend class data_table_builder;
  std::vector<std::string> columns_;
  std::string text_;                  ///< all cells, one after the other
  std::vector<std::size_t> ends_{0};  ///< where each cell ends; the first entry is where the first one begins
  std::vector<std::uint32_t> lines_;
};

enum class table_format : std::uint8_t { csv, json_lines };

/// By the end of the name: ".csv", ".jsonl", ".ndjson".
std::optional<table_format> table_format_of(std::string_view file);

/// CSV after RFC 4180: a header row with the names of the columns, quotes, line breaks inside quotes, LF or CRLF; a
/// byte order mark is skipped. Every row must have as many fields as the header.
result<data_table, diagnostics> read_csv(std::string_view text, std::string_view file);

/// An object a line; the first one's keys are the columns, and the others must have the same. Numbers stay as they are
/// written, true, false, arrays and objects become JSON text, null becomes empty. Blank lines are skipped.
result<data_table, diagnostics> read_json_lines(std::string_view text, std::string_view file);

enum class feeder_order : std::uint8_t {
  sequential,  ///< row after row; from the start again at the end
  random,      ///< any row, by the seed
  once,        ///< row after row, each once in the run; then its users retire
};

/// Which row comes next, for the users of one shard. Shards take turns: shard s of n uses the rows s, s + n, s + 2n,
/// ...
class row_picker {
 public:
  row_picker(feeder_order order, std::size_t rows, std::uint32_t shard, std::uint32_t shards)
      : order_{order}, rows_{rows}, next_{shard}, step_{shards} {}
  /// Nothing when the order is `once` and this shard's rows are used up.
  std::optional<std::size_t> next(random_engine& random);

 private:
  feeder_order order_;
  std::size_t rows_;
  std::uint64_t next_;
  std::uint32_t step_;
};

}  // namespace holdfast::load
