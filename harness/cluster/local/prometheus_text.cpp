#include "cluster/local/prometheus_text.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

namespace holdfast::cluster {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Takes the parts of one line off its front. Every take_ says whether there was such a part.
class line_reader {
 public:
  explicit line_reader(std::string_view line) : left_{line} {}

  bool at_end() const { return left_.empty(); }

  void skip_blanks() {
    auto const end = left_.find_first_not_of(" \t");
    left_.remove_prefix(std::min(end, left_.size()));
  }

  bool take(char wanted) {
    if (!left_.starts_with(wanted)) return false;
    left_.remove_prefix(1);
    return true;
  }

  /// Empty when there is none. Colons are for metrics only.
  std::string_view take_name(bool with_colons) {
    std::size_t length = 0;
    while (length < left_.size() && (is_letter(left_[length]) || (with_colons && left_[length] == ':') ||
                                     (length > 0 && is_digit(left_[length])))) {
      ++length;
    }
    return take_first(length);
  }

  std::string_view take_word() { return take_first(std::min(left_.find_first_of(" \t"), left_.size())); }

  /// "value", with its quotes.
  bool take_label_value() {
    if (!take('"')) return false;
    for (std::size_t i = 0; i < left_.size(); ++i) {
      if (left_[i] == '\\') {
        ++i;  // what follows is part of the value
      } else if (left_[i] == '"') {
        left_.remove_prefix(i + 1);
        return true;
      }
    }
    return false;
  }

 private:
  std::string_view take_first(std::size_t count) {
    auto const first = left_.substr(0, count);
    left_.remove_prefix(count);
    return first;
  }

  std::string_view left_;
};

/// Go's ParseFloat without its hexadecimal forms; "NaN", "+Inf", "-Inf".
std::optional<double> number_from(std::string_view text) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  double value = 0;
  auto const* const end = text.data() + text.size();
  auto const read = std::from_chars(text.data(), end, value);
  if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  return value;
}

bool is_integer(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() && std::ranges::all_of(text, is_digit);
}

/// {name="value",...}, if there is any. Empty, or what is wrong.
std::string_view skip_labels(line_reader& line) {
  if (!line.take('{')) return {};
  for (;;) {
    line.skip_blanks();
    if (line.take('}')) return {};
    if (line.take_name(false).empty()) return "a label has no name";
    line.skip_blanks();
    if (!line.take('=')) return "a label has no value";
    line.skip_blanks();
    if (!line.take_label_value()) return "a label's value is not between quotation marks";
    line.skip_blanks();
    if (line.take(',')) continue;
    return line.take('}') ? std::string_view{} : "its labels have no end";
  }
}

class page_reader {
 public:
  explicit page_reader(metric_names const& names) : names_{names} {}

  /// Empty, or what is wrong.
  std::string_view take(std::string_view text) {
    line_reader line{text};
    line.skip_blanks();
    if (line.at_end()) return {};
    if (line.take('#')) return take_comment(line);
    return take_sample(line);
  }

  metric_sums sums() && {
    for (auto& [name, sum] : sums_) sum.is_counter = counters_.contains(name);
    return std::move(sums_);
  }

 private:
  std::string_view take_comment(line_reader& line) {
    line.skip_blanks();
    if (line.take_word() != "TYPE") return {};
    line.skip_blanks();
    auto const name = line.take_word();
    line.skip_blanks();
    auto const known = names_.find(name);
    if (line.take_word() == "counter" && known != names_.end()) counters_.insert(*known);
    return {};
  }

  std::string_view take_sample(line_reader& line) {
    auto const name = line.take_name(true);
    if (name.empty()) return "it does not begin with a metric's name";
    line.skip_blanks();
    if (auto const problem = skip_labels(line); !problem.empty()) return problem;
    line.skip_blanks();
    auto const value = number_from(line.take_word());
    if (!value) return "its value is no number";
    line.skip_blanks();
    if (!line.at_end() && !is_integer(line.take_word())) return "its timestamp is no whole number";
    line.skip_blanks();
    if (!line.at_end()) return "something follows its timestamp";
    if (auto const known = names_.find(name); known != names_.end()) {
      auto& sum = sums_[*known];
      sum.value += *value;
      ++sum.series;
    }
    return {};
  }

  metric_names const& names_;
  metric_names counters_;
  metric_sums sums_;
};

}  // namespace

result<metric_sums, std::string> sums_in(std::string_view page, metric_names const& names) {
  page_reader reader{names};
  std::size_t number = 0;
  while (!page.empty()) {
    ++number;
    auto const end = std::min(page.find('\n'), page.size());
    auto line = page.substr(0, end);
    page.remove_prefix(std::min(end + 1, page.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (auto const problem = reader.take(line); !problem.empty()) {
      return {boost::system::in_place_error, fmt::format("line {} is no metric: {}", number, problem)};
    }
  }
  return {boost::system::in_place_value, std::move(reader).sums()};
}

}  // namespace holdfast::cluster
