#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/diagnostic.hpp"
#include "core/result.hpp"
#include "load/feeder.hpp"

namespace holdfast::load {

/// Fills a data_table and collects what is wrong with its file: the first 20 problems, and how many more there are.
class data_table_builder {
 public:
  explicit data_table_builder(std::string_view file) : file_{file} {}

  /// The names of the columns; empty, repeated and unusable ones are problems.
  void set_columns(std::vector<std::string> names, std::uint32_t line);
  bool has_columns() const { return !made_.columns_.empty(); }
  std::vector<std::string> const& columns() const { return made_.columns_; }

  /// One row's cells in the order of the columns: begin_row(), then add_cell() for each.
  void begin_row(std::uint32_t line) { made_.lines_.push_back(line); }
  void add_cell(std::string_view value) {
    made_.text_ += value;
    made_.ends_.push_back(made_.text_.size());
  }

  void refuse(std::uint32_t line, std::string field, std::string value, std::string problem, std::string fix);
  bool is_full() const { return refused_ >= 1000; }  ///< so many problems that reading on helps nobody
  result<data_table, diagnostics> finish() &&;

 private:
  std::string file_;
  data_table made_;
  diagnostics problems_;
  std::size_t refused_ = 0;
};

}  // namespace holdfast::load
