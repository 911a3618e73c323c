#include "load/feeder.hpp"

#include <algorithm>

namespace holdfast::load {

std::optional<table_format> table_format_of(std::string_view file) {
  if (file.ends_with(".csv")) return table_format::csv;
  if (file.ends_with(".jsonl") || file.ends_with(".ndjson")) return table_format::json_lines;
  return std::nullopt;
}

std::optional<std::size_t> row_picker::next(random_engine& random) {
  if (order_ == feeder_order::random) return random.below(rows_);
  if (order_ == feeder_order::once && next_ >= rows_) return std::nullopt;
  auto const row = next_ % rows_;
  next_ += step_;
  return row;
}

}  // namespace holdfast::load
