#include "report/text_table.hpp"

#include <algorithm>
#include <string_view>

namespace holdfast::report {

std::size_t text_width(std::string_view text) {
  auto const begins_character = [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; };
  return static_cast<std::size_t>(std::ranges::count_if(text, begins_character));
}

std::string text_table::text(std::string const& indent) const {
  std::vector<std::size_t> widths(columns_.size());
  for (auto const& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], text_width(row[i]));
  }
  std::string all;
  for (auto const& row : rows_) {
    auto line = indent;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i > 0) line += "  ";
      auto const padding = std::string(widths[i] - text_width(row[i]), ' ');
      line += columns_[i] == align::right ? padding + row[i] : row[i] + padding;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    all += line + '\n';
  }
  return all;
}

}  // namespace holdfast::report
