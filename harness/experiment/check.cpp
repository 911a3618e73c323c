#include "experiment/check.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

#include "core/clock.hpp"
#include "core/diagnostic.hpp"
#include "experiment/text_scanner.hpp"

namespace holdfast::experiment {
namespace {

constexpr std::string_view how_to_write =
    "Write e.g. \"availability >= 99.9%\" or \"latency.p99 < 250ms during rollout\".";
constexpr std::string_view how_to_name = "Write e.g. \"latency.p99\" or \"arms.with.latency.p99\".";

bool is_name_character(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-'; }

bool is_dotted_name(std::string_view text) {
  auto const begins_part = [](char before) { return before == '.'; };
  char before = '.';
  for (char const c : text) {
    if (c == '.' ? begins_part(before) : !is_name_character(c)) return false;
    before = c;
  }
  return before != '.';
}

result<metric_reference, unit_error> read_metric(std::string_view word) {
  auto const wrong = [&](std::string_view why) {
    return unit_error{fmt::format("\"{}\" {}", word, why), std::string{how_to_name}};
  };
  if (!is_dotted_name(word)) return wrong("is not the name of a metric");
  constexpr std::string_view prefix = "arms.";
  if (!word.starts_with(prefix)) return metric_reference{.arm = {}, .name = std::string{word}};
  auto const rest = word.substr(prefix.size());
  auto const dot = rest.find('.');
  if (dot == std::string_view::npos) return wrong("names an arm and no metric of it");
  return metric_reference{.arm = std::string{rest.substr(0, dot)}, .name = std::string{rest.substr(dot + 1)}};
}

bool begins_number(std::string_view word) {
  return !word.empty() &&
         (std::isdigit(static_cast<unsigned char>(word[0])) != 0 || word[0] == '-' || word[0] == '.' || word[0] == '+');
}

// Tried with the reader of its unit, which the text's end tells.
result<quantity, unit_error> read_quantity(std::string_view word) {
  if (word.ends_with('%')) {
    // By the decimal point, so that "99.9%" is the same double as 999 / 1000.
    auto const percent = word.substr(0, word.size() - 1);
    auto const share = parse_number(fmt::format("{}e-2", percent));
    if (share) return quantity{*share, quantity_unit::share};
    auto const number = parse_number(percent);
    if (!number) return number.error();
    return quantity{*number / 100, quantity_unit::share};
  }
  if (word.find('/') != std::string_view::npos) {
    auto const rate = parse_rate(word);
    if (!rate) return rate.error();
    return quantity{rate->per_second(), quantity_unit::rate};
  }
  if (std::ranges::any_of(word, [](unsigned char c) { return std::isalpha(c) != 0 || c >= 0x80; })) {
    auto const duration = parse_duration(word);
    if (!duration) return duration.error();
    return quantity{in_seconds(*duration), quantity_unit::duration};
  }
  auto const number = parse_number(word);
  if (!number) return number.error();
  return quantity{*number, quantity_unit::number};
}

class check_parser {
 public:
  explicit check_parser(std::string_view text) : scanner_{text} { made_.text = text; }

  result<check_condition, unit_error> parse() {
    if (scanner_.at_end()) return unit_error{"an empty check", std::string{how_to_write}};
    auto metric = read_metric(scanner_.word());
    if (!metric) return metric.error();
    made_.metric = *std::move(metric);
    auto const sign = scanner_.comparison_sign();
    if (!sign) return no_sign();
    made_.how = *sign;
    if (auto const limit = read_limit(); !limit) return limit.error();
    if (auto const scope = read_scope(); !scope) return scope.error();
    return std::move(made_);
  }

 private:
  unit_error no_sign() const {
    return {scanner_.at_end() ? "a comparison is missing" : fmt::format("\"{}\" is no comparison", scanner_.rest()),
            fmt::format("Use one of <, <=, >, >=, =, !=: {}", how_to_write)};
  }

  static unit_error of_word(std::string_view word, unit_error const& why) {
    return {fmt::format("\"{}\": {}", word, why.problem), why.fix};
  }

  result<void, unit_error> read_limit() {
    auto const word = scanner_.word();
    if (word.empty()) return unit_error{"nothing to compare with", std::string{how_to_write}};
    if (!begins_number(word)) return read_other_metric(word, 1);
    if (!scanner_.star()) {
      auto const limit = read_quantity(word);
      if (!limit) return of_word(word, limit.error());
      made_.limit = *limit;
      return {};
    }
    auto const factor = parse_number(word);
    if (!factor) return of_word(word, factor.error());
    return read_other_metric(scanner_.word(), *factor);
  }

  result<void, unit_error> read_other_metric(std::string_view word, double factor) {
    auto metric = read_metric(word);
    if (!metric) return metric.error();
    made_.limit = scaled_metric{factor, *std::move(metric)};
    return {};
  }

  result<void, unit_error> read_scope() {
    if (scanner_.at_end()) return {};
    constexpr std::array<std::string_view, 3> words{"during", "before", "after"};
    auto const word = scanner_.word();
    auto const found = std::ranges::find(words, word);
    if (found == words.end()) {
      return unit_error{
          fmt::format("\"{}\" is too much", word.empty() ? scanner_.rest() : word),
          fmt::format("Behind the limit only during, before or after NAME may stand.{}", did_you_mean(word, words))};
    }
    auto const name = scanner_.word();
    if (name.empty()) {
      return unit_error{fmt::format("\"{}\" needs the name of a phase or an action", word),
                        fmt::format("Write e.g. \"{} rollout\".", word)};
    }
    if (!scanner_.at_end()) {
      return unit_error{fmt::format("\"{}\" is too much", scanner_.rest()),
                        "A check has one condition: write two checks."};
    }
    made_.scope = {static_cast<scope_kind>(found - words.begin() + 1), std::string{name}};
    return {};
  }

  text_scanner scanner_;
  check_condition made_;
};

std::string trimmed_number(double value, int digits) {
  auto text = fmt::format("{:.{}f}", value, digits);
  if (text.find('.') == std::string::npos) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text == "-0" ? "0" : text;
}

// 99.9996% is not 100%: as many digits as tell it apart.
std::string share_text(double share) {
  auto const percent = share * 100;
  for (int digits = 2; digits < 8; ++digits) {
    auto const text = trimmed_number(percent, digits);
    if ((text != "100" || share == 1) && (text != "0" || share == 0)) return text + '%';
  }
  return fmt::format("{}%", percent);
}

std::string duration_text(double seconds) {
  auto const sign = seconds < 0 ? "-" : "";
  return sign + format_duration(from_seconds(seconds < 0 ? -seconds : seconds));
}

}  // namespace

std::string_view name_of(comparison how) {
  constexpr std::array<std::string_view, 6> names{"<", "<=", ">", ">=", "=", "!="};
  return names[static_cast<std::size_t>(how)];
}

bool holds(double left, comparison how, double right) {
  switch (how) {
    case comparison::less:
      return left < right;
    case comparison::at_most:
      return left <= right;
    case comparison::more:
      return left > right;
    case comparison::at_least:
      return left >= right;
    case comparison::equal:
      return left == right;
    case comparison::different:
      return left != right;
  }
  return false;
}

std::string_view name_of(quantity_unit unit) {
  constexpr std::array<std::string_view, 4> names{"a share", "a duration", "a rate", "a number"};
  return names[static_cast<std::size_t>(unit)];
}

std::string to_string(quantity what) {
  switch (what.unit) {
    case quantity_unit::share:
      return share_text(what.value);
    case quantity_unit::duration:
      return duration_text(what.value);
    case quantity_unit::rate:
      return format_rate(what.value) + "/s";
    case quantity_unit::number:
      return trimmed_number(what.value, 3);
  }
  return {};
}

result<check_condition, unit_error> parse_check(std::string_view text) { return check_parser{text}.parse(); }

}  // namespace holdfast::experiment
