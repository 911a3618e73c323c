#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace holdfast::report {

enum class align : unsigned char { left, right };

/// Rows of cells that are padded to the width of their column, two blanks between columns. The last column is not
/// padded when it is aligned left.
class text_table {
 public:
  explicit text_table(std::vector<align> columns) : columns_{std::move(columns)} {}

  /// Cells that are missing at the end are empty.
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  /// Each row behind `indent`, ended by a newline, without blanks at its end.
  std::string text(std::string const& indent) const;

 private:
  std::vector<align> columns_;
  std::vector<std::vector<std::string>> rows_;
};

/// Characters of a UTF-8 text, each taken as one column wide.
std::size_t text_width(std::string_view text);

}  // namespace holdfast::report
