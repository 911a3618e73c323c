#include "load/feeder_table.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "load/text_template.hpp"

namespace holdfast::load {
namespace {

constexpr std::size_t most_shown = 20;

}  // namespace

void data_table_builder::set_columns(std::vector<std::string> names, std::uint32_t line) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    auto const& name = names[i];
    if (!text_template::is_variable_name(name)) {
      refuse(line, fmt::format("column {}", i + 1), name, "a column needs a name that {{name}} can refer to",
             "Use letters, digits, \"_\" and \"-\", beginning with a letter.");
    } else if (std::find(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(i), name) !=
               names.begin() + static_cast<std::ptrdiff_t>(i)) {
      refuse(line, fmt::format("column {}", i + 1), name, "two columns have the same name", "Rename one of them.");
    }
  }
  made_.columns_ = std::move(names);
}

void data_table_builder::refuse(std::uint32_t line, std::string field, std::string value, std::string problem,
                                std::string fix) {
  if (++refused_ > most_shown) return;
  if (value.size() > 60) value = value.substr(0, 57) + "...";
  problems_.push_back({.file = file_,
                       .line = line,
                       .field = std::move(field),
                       .value = std::move(value),
                       .problem = std::move(problem),
                       .fix = std::move(fix)});
}

result<data_table, diagnostics> data_table_builder::finish() && {
  if (refused_ == 0 && made_.rows() == 0) {
    refuse(1, {}, {}, has_columns() ? "there is a header but no row" : "the file is empty",
           "Add at least one row of data.");
  }
  if (refused_ > most_shown) {
    auto const more = refused_ - most_shown;
    problems_.push_back(
        {.file = file_, .problem = fmt::format("and {}{} more problems", is_full() ? "at least " : "", more)});
  }
  if (!problems_.empty()) return std::move(problems_);
  return std::move(made_);
}

}  // namespace holdfast::load
