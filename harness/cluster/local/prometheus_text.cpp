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

  /// "value", with its quotes; what is between them.
  std::optional<std::string_view> take_label_value() {
    if (!take('"')) return std::nullopt;
    for (std::size_t i = 0; i < left_.size(); ++i) {
      if (left_[i] == '\\') {
        ++i;  // what follows is part of the value
      } else if (left_[i] == '"') {
        auto const value = left_.substr(0, i);
        left_.remove_prefix(i + 1);
        return value;
      }
    }
    return std::nullopt;
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

/// A label's value as it is meant, of what stands between its quotes.
std::string unescaped(std::string_view value) {
  std::string text;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] == '\\' && i + 1 < value.size()) {
      ++i;
      text += value[i] == 'n' ? '\n' : value[i];
    } else {
      text += value[i];
    }
  }
  return text;
}

/// {name="value",...}, if there is any. Empty, or what is wrong.
/// @param wanted, found  a label, and where its value goes as it is written
std::string_view take_labels(line_reader& line, std::string_view wanted, std::string_view& found) {
  if (!line.take('{')) return {};
  for (;;) {
    line.skip_blanks();
    if (line.take('}')) return {};
    auto const name = line.take_name(false);
    if (name.empty()) return "a label has no name";
    line.skip_blanks();
    if (!line.take('=')) return "a label has no value";
    line.skip_blanks();
    auto const value = line.take_label_value();
    if (!value) return "a label's value is not between quotation marks";
    if (name == wanted) found = *value;
    line.skip_blanks();
    if (line.take(',')) continue;
    return line.take('}') ? std::string_view{} : "its labels have no end";
  }
}

/// One line that tells a value.
struct sample_line {
  std::string_view name;
  std::string_view label;  ///< the value of the wanted one as it is written
  double value = 0;
};

/// Empty, or what is wrong.
std::string_view read_sample(line_reader& line, std::string_view wanted_label, sample_line& into) {
  into.name = line.take_name(true);
  if (into.name.empty()) return "it does not begin with a metric's name";
  line.skip_blanks();
  if (auto const problem = take_labels(line, wanted_label, into.label); !problem.empty()) return problem;
  line.skip_blanks();
  auto const value = number_from(line.take_word());
  if (!value) return "its value is no number";
  into.value = *value;
  line.skip_blanks();
  if (!line.at_end() && !is_integer(line.take_word())) return "its timestamp is no whole number";
  line.skip_blanks();
  return line.at_end() ? std::string_view{} : "something follows its timestamp";
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
    sample_line sample;
    if (auto const problem = read_sample(line, {}, sample); !problem.empty()) return problem;
    if (auto const known = names_.find(sample.name); known != names_.end()) {
      auto& sum = sums_[*known];
      sum.value += sample.value;
      ++sum.series;
    }
    return {};
  }

  metric_names const& names_;
  metric_names counters_;
  metric_sums sums_;
};

/// Gives every line to `take`, which answers what is wrong with it. @return  empty, or that with the line's number
template <class Take>
std::string for_each_line(std::string_view page, Take take) {
  std::size_t number = 0;
  while (!page.empty()) {
    ++number;
    auto const end = std::min(page.find('\n'), page.size());
    auto line = page.substr(0, end);
    page.remove_prefix(std::min(end + 1, page.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (std::string_view const problem = take(line); !problem.empty()) {
      return fmt::format("line {} is no metric: {}", number, problem);
    }
  }
  return {};
}

}  // namespace

result<metric_sums, std::string> sums_in(std::string_view page, metric_names const& names) {
  page_reader reader{names};
  auto problem = for_each_line(page, [&](std::string_view line) { return reader.take(line); });
  if (!problem.empty()) return {boost::system::in_place_error, std::move(problem)};
  return {boost::system::in_place_value, std::move(reader).sums()};
}

result<std::vector<labelled_value>, std::string> series_in(std::string_view page, metric_names const& names,
                                                           std::string_view label, std::size_t most) {
  std::vector<labelled_value> found;
  auto problem = for_each_line(page, [&](std::string_view text) -> std::string_view {
    line_reader line{text};
    line.skip_blanks();
    if (line.at_end() || line.take('#')) return {};
    sample_line sample;
    if (auto const wrong = read_sample(line, label, sample); !wrong.empty()) return wrong;
    if (names.contains(sample.name) && found.size() < most) {
      found.push_back({std::string{sample.name}, unescaped(sample.label), sample.value});
    }
    return {};
  });
  if (!problem.empty()) return {boost::system::in_place_error, std::move(problem)};
  return {boost::system::in_place_value, std::move(found)};
}

}  // namespace holdfast::cluster
