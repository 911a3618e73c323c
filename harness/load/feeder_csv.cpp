#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "load/feeder.hpp"
#include "load/feeder_table.hpp"

namespace holdfast::load {
namespace {

// Takes records off the front of a CSV text. Inside quotes a quote is doubled, and line breaks are part of the field.
class csv_reader {
 public:
  csv_reader(std::string_view text, data_table_builder& problems) : rest_{text}, problems_{problems} {}

  bool at_end() const { return rest_.empty(); }
  std::uint32_t line() const { return line_; }

  // Fields of the next record. An error is reported; the record then has no fields, and reading goes on after its line.
  void next(std::vector<std::string>& fields) {
    fields.clear();
    record_line_ = line_;
    fields_ = 0;
    while (true) {
      ++fields_;
      auto& field = fields.emplace_back();
      bool const sound = !rest_.empty() && rest_.front() == '"' ? quoted(field) : plain(field);
      if (!sound) return fields.clear();
      if (rest_.empty() || rest_.front() != ',') break;
      rest_.remove_prefix(1);
    }
    end_of_line();
  }

 private:
  bool plain(std::string& field) {
    auto const end = std::min(rest_.find_first_of(",\n\""), rest_.size());
    field = rest_.substr(0, end);
    rest_.remove_prefix(end);
    if (!rest_.empty() && rest_.front() == '"') {
      return refuse(field, "a quote inside a field without quotes",
                    "Put the whole field into quotes, and double the quotes inside.");
    }
    bool const ends_line = rest_.empty() || rest_.front() == '\n';
    if (ends_line && field.ends_with('\r')) field.pop_back();
    return true;
  }

  bool quoted(std::string& field) {
    auto const opened = rest_;
    rest_.remove_prefix(1);
    while (true) {
      auto const quote = rest_.find('"');
      if (quote == std::string_view::npos) {
        rest_ = {};
        return refuse(opened, "a quote is not closed", "Close it, and double the quotes inside the field.");
      }
      field += rest_.substr(0, quote);
      line_ += static_cast<std::uint32_t>(
          std::count(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(quote), '\n'));
      rest_.remove_prefix(quote + 1);
      if (rest_.empty() || rest_.front() != '"') break;
      field += '"';
      rest_.remove_prefix(1);
    }
    if (rest_.empty() || rest_.front() == ',' || rest_.front() == '\n' || rest_.starts_with("\r\n")) return true;
    return refuse(field, "text after the closing quote", "End the field there, or double the quote.");
  }

  bool refuse(std::string_view text, std::string problem, std::string fix) {
    problems_.refuse(record_line_, fmt::format("field {}", fields_), std::string{text.substr(0, text.find('\n'))},
                     std::move(problem), std::move(fix));
    auto const line_end = std::min(rest_.find('\n'), rest_.size());
    rest_.remove_prefix(line_end);
    end_of_line();
    return false;
  }

  void end_of_line() {
    if (rest_.starts_with('\r')) rest_.remove_prefix(1);
    if (rest_.starts_with('\n')) {
      rest_.remove_prefix(1);
      ++line_;
    }
  }

  std::string_view rest_;
  data_table_builder& problems_;
  std::uint32_t line_ = 1;
  std::uint32_t record_line_ = 1;
  std::size_t fields_ = 0;  // begun in this record
};

void refuse_row(std::uint32_t line, std::vector<std::string> const& fields, data_table_builder& table) {
  auto const& columns = table.columns();
  if (fields.size() == 1 && fields.front().empty()) return table.refuse(line, "row", {}, "an empty line", "Remove it.");
  // Where the row and the header part: the first column without a field, or the first field without a column.
  auto where = fields.size() < columns.size() ? columns[fields.size()] : fmt::format("field {}", columns.size() + 1);
  table.refuse(line, std::move(where), fmt::format("{}", fmt::join(fields, ",")),
               fmt::format("the row has {} fields, but the header has {}", fields.size(), columns.size()),
               "Add or remove fields; a field with a comma in it needs quotes.");
}

}  // namespace

result<data_table, diagnostics> read_csv(std::string_view text, std::string_view file) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  data_table_builder table{file};
  csv_reader reader{text, table};
  std::vector<std::string> fields;
  while (!reader.at_end() && !table.is_full()) {
    auto const line = reader.line();
    reader.next(fields);
    if (fields.empty()) {
      if (!table.has_columns()) break;  // without a header nothing after it makes sense
      continue;
    }
    if (!table.has_columns()) {
      table.set_columns(fields, line);
      continue;
    }
    if (fields.size() != table.columns().size()) {
      refuse_row(line, fields, table);
      continue;
    }
    table.begin_row(line);
    for (auto const& field : fields) table.add_cell(field);
  }
  return std::move(table).finish();
}

}  // namespace holdfast::load
