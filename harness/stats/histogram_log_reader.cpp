#include "stats/histogram_log_reader.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "stats/histogram_codec.hpp"
#include "stats/histogram_log_writer.hpp"

namespace holdfast::stats {
namespace {

/// Room for the largest histogram that is read, in Base64, with its other fields.
constexpr std::size_t max_line_bytes = max_payload_bytes / 3 * 4 + 65'536;
/// In the year 2115; the sum of two such times still fits into 63 bits of nanoseconds.
constexpr std::int64_t latest_second = 4'600'000'000;
constexpr std::size_t most_problems = 20;
constexpr std::size_t longest_quote = 40;

constexpr std::array<std::string_view, 4> field_names{"StartTimestamp", "Interval_Length", "Interval_Max",
                                                      "Interval_Compressed_Histogram"};

std::string_view without_spaces(std::string_view text) {
  auto const first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

/// "1441812279.474": exact to the nanosecond, which a double is not; further digits are cut off.
std::optional<nanoseconds> parse_seconds(std::string_view text) {
  auto const point = std::min(text.find('.'), text.size());
  auto const whole = text.substr(0, point);
  auto fraction = text.substr(std::min(point + 1, text.size()));
  auto const is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (whole.empty() || whole.size() > 10) return std::nullopt;
  if (!std::ranges::all_of(whole, is_digit) || !std::ranges::all_of(fraction, is_digit)) return std::nullopt;
  if (point < text.size() && fraction.empty()) return std::nullopt;
  std::int64_t value = 0;
  for (char const c : whole) value = value * 10 + (c - '0');
  if (value > latest_second) return std::nullopt;
  for (std::size_t i = 0; i < 9; ++i) value = value * 10 + (i < fraction.size() ? fraction[i] - '0' : 0);
  return nanoseconds{value};
}

bool is_number(std::string_view text) {
  double value = 0;
  auto const* end = text.data() + text.size();
  auto const [stop, failure] = std::from_chars(text.data(), end, value);
  return failure == std::errc{} && stop == end && std::isfinite(value) && value >= 0;
}

/// What is quoted in a message: short, and without characters that act on a terminal.
std::string quotable(std::string_view value) {
  std::string text{value.substr(0, longest_quote)};
  for (char& c : text) {
    if (c < 0x20 || c > 0x7e) c = '?';
  }
  return value.size() > longest_quote ? text + "..." : text;
}

}  // namespace

diagnostic histogram_log_reader::problem_with(std::string_view field, std::string_view value, std::string problem,
                                              std::string fix) const {
  return {.file = file_,
          .line = line_,
          .field = std::string{field},
          .value = quotable(value),
          .problem = std::move(problem),
          .fix = std::move(fix)};
}

histogram_log_reader::line_state histogram_log_reader::read_line() {
  if (ended_) return line_state::at_end;
  text_.clear();
  bool is_cut = false;
  bool is_begun = false;
  char c = 0;
  while (in_.get(c) && c != '\n') {
    is_begun = true;
    is_cut = is_cut || text_.size() == max_line_bytes;
    if (!is_cut) text_ += c;
  }
  ended_ = !in_;
  if (in_.bad() || (in_.fail() && !in_.eof())) return line_state::failed;
  if (ended_ && !is_begun) return line_state::at_end;
  ++line_;
  if (text_.ends_with('\r')) text_.pop_back();
  return is_cut ? line_state::too_long : line_state::read;
}

diagnostics histogram_log_reader::read_comment() {
  for (auto const& [name, target] : {std::pair{"StartTime", &start_time_}, std::pair{"BaseTime", &base_time_}}) {
    auto const prefix = std::string{"#["} + name + ':';
    if (!text_.starts_with(prefix)) continue;
    auto const rest = without_spaces(std::string_view{text_}.substr(prefix.size()));
    auto const value = rest.substr(0, std::min(rest.find_first_of(" ]"), rest.size()));
    *target = parse_seconds(value);
    if (!*target) {
      return {problem_with(name, value, "not a time", "Write seconds since 1970, e.g. \"1441812279.474\".")};
    }
  }
  return {};
}

result<log_interval, diagnostics> histogram_log_reader::read_interval() const {
  std::string_view rest = text_;
  log_interval interval;
  if (rest.starts_with("Tag=")) {
    auto const comma = std::min(rest.find(','), rest.size());
    interval.tag = unescaped_tag(rest.substr(4, comma - 4));
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  if (std::ranges::count(rest, ',') != 3) {
    return diagnostics{problem_with("", rest, "an interval has four fields, separated by commas",
                                    "Write start, length, maximum and the compressed histogram.")};
  }
  std::array<std::string_view, 4> fields;
  for (auto& field : fields) {
    auto const comma = std::min(rest.find(','), rest.size());
    field = without_spaces(rest.substr(0, comma));
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  diagnostics problems;
  auto const seconds_in = [&](std::size_t i) {
    auto const value = parse_seconds(fields[i]);
    if (!value) {
      problems.push_back(problem_with(field_names[i], fields[i], "not a time", "Write seconds, e.g. \"12.000\"."));
    }
    return value.value_or(nanoseconds{0});
  };
  interval.start = seconds_in(0);
  interval.length = seconds_in(1);
  if (!is_number(fields[2])) {
    problems.push_back(problem_with(field_names[2], fields[2], "not a number", "Write milliseconds, e.g. \"2.769\"."));
  }
  if (auto values = decode_histogram(fields[3])) {
    interval.values = std::move(*values);
  } else {
    problems.push_back(problem_with(field_names[3], fields[3], values.error().message(),
                                    "Take the line out, or write the log again with compressed V2 histograms."));
  }
  if (!problems.empty()) return problems;
  return interval;
}

result<std::optional<log_interval>, diagnostics> histogram_log_reader::next() {
  for (;;) {
    auto const state = read_line();
    if (state == line_state::at_end) return std::optional<log_interval>{};
    if (state == line_state::failed) {
      return diagnostics{problem_with("", "", "the log cannot be read", "Is it a file, and may you read it?")};
    }
    if (state == line_state::too_long) {
      return diagnostics{
          problem_with("", text_, "the line is longer than that of any real histogram", "Is this a histogram log?")};
    }
    if (text_.starts_with('#')) {
      if (auto problems = read_comment(); !problems.empty()) return problems;
      continue;
    }
    if (without_spaces(text_).empty() || text_.starts_with('"')) continue;  // the legend
    auto interval = read_interval();
    if (!interval) return interval.error();
    return std::optional{std::move(*interval)};
  }
}

nanoseconds histogram_log_reader::since_epoch(nanoseconds start) const {
  constexpr std::chrono::hours year{365 * 24};
  if (base_time_) return *base_time_ + start;
  if (start_time_ && start < *start_time_ - year) return *start_time_ + start;
  return start;
}

result<histogram, diagnostics> merged_histogram_log(std::istream& in, std::string const& file) {
  histogram_log_reader reader{in, file};
  histogram all;
  diagnostics problems;
  while (problems.size() < most_problems) {
    auto const interval = reader.next();
    if (!interval) {
      auto const more = interval.error();  // a copy each time it is called
      problems.insert(problems.end(), more.begin(), more.end());
    } else if (!*interval) {
      break;
    } else if ((*interval)->values.count() > histogram::max_count - all.count()) {
      problems.push_back({.file = file,
                          .line = reader.line(),
                          .problem = "the log holds more than 2^63-1 values",
                          .fix = "Its counts are not those of a measurement."});
    } else {
      all.merge((*interval)->values);
    }
  }
  if (!problems.empty()) return problems;
  return all;
}

}  // namespace holdfast::stats
