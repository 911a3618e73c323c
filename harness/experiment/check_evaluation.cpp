#include <array>
#include <limits>

#include <fmt/format.h>

#include "experiment/check.hpp"

namespace holdfast::experiment {
namespace {

/// One side of the comparison: where its true value may be.
struct side {
  quantity value;
  double low = 0, high = 0;
  bool has_interval = false;
  bool at_least = false;
};

side side_of(metric_reading const& reading, double factor) {
  auto const scaled = [&](double value) { return value * factor; };
  side made{.value = {scaled(reading.value.value), reading.value.unit}, .at_least = reading.at_least};
  made.low = scaled(reading.low.value_or(reading.value.value));
  made.high = scaled(reading.high.value_or(reading.value.value));
  made.has_interval = reading.low && reading.high && *reading.low != *reading.high;
  if (factor < 0) std::swap(made.low, made.high);
  if (reading.at_least) (factor < 0 ? made.low : made.high) = factor * std::numeric_limits<double>::infinity();
  return made;
}

side side_of(quantity limit) { return {.value = limit, .low = limit.value, .high = limit.value}; }

std::string name_of(metric_reference const& metric) {
  return metric.arm.empty() ? metric.name : fmt::format("arms.{}.{}", metric.arm, metric.name);
}

std::string shown(side const& what) {
  auto text = (what.at_least ? "> " : "") + to_string(what.value);
  if (what.has_interval && !what.at_least) {
    text += fmt::format(" [{}, {}]", to_string({what.low, what.value.unit}), to_string({what.high, what.value.unit}));
  }
  return text;
}

check_verdict judged(side const& left, comparison how, side const& right) {
  auto const verdict = [](bool is_so) { return is_so ? check_verdict::pass : check_verdict::fail; };
  switch (how) {
    case comparison::less:
    case comparison::at_most:
      if (holds(left.high, how, right.low)) return check_verdict::pass;
      return holds(left.low, how, right.high) ? check_verdict::inconclusive : check_verdict::fail;
    case comparison::more:
    case comparison::at_least:
      if (holds(left.low, how, right.high)) return check_verdict::pass;
      return holds(left.high, how, right.low) ? check_verdict::inconclusive : check_verdict::fail;
    case comparison::equal:
    case comparison::different:
      if (!left.at_least && !right.at_least) return verdict(holds(left.value.value, how, right.value.value));
      // A value that is larger than what it is known to be differs only from what is smaller.
      if (left.at_least != right.at_least && (left.at_least ? left.low > right.high : right.low > left.high)) {
        return verdict(how == comparison::different);
      }
      return check_verdict::inconclusive;
  }
  return check_verdict::inconclusive;
}

class evaluation {
 public:
  evaluation(check_condition const& check, metric_lookup const& lookup) : check_{check}, lookup_{lookup} {}

  check_outcome outcome() {
    auto const left = read(check_.metric, 1);
    if (!left) return std::move(failed_);
    auto const* const other = std::get_if<scaled_metric>(&check_.limit);
    auto const right =
        other != nullptr ? read(other->metric, other->factor) : side_of(std::get<quantity>(check_.limit));
    if (!right) return std::move(failed_);
    if (left->value.unit != right->value.unit && right->value.value != 0) return of_different_units(*left, *right);
    check_outcome made{.verdict = judged(*left, check_.how, *right), .value = left->value.value};
    made.message = fmt::format("{} is {}, needed {} {}", name_of(check_.metric), shown(*left),
                               experiment::name_of(check_.how), shown(*right));
    if (other != nullptr) made.message += fmt::format(" ({})", name_of(other->metric));
    if (!note_.empty() && made.verdict != check_verdict::pass) made.message += ": " + note_;
    return made;
  }

 private:
  std::optional<side> read(metric_reference const& metric, double factor) {
    auto const reading = lookup_(metric, check_.scope);
    if (reading.is == metric_reading::state::known) {
      if (!reading.note.empty()) note_ += (note_.empty() ? "" : "; ") + reading.note;
      return side_of(reading, factor);
    }
    if (reading.is == metric_reading::state::unknown) {
      failed_ = {.verdict = check_verdict::no_such_metric,
                 .message = fmt::format("there is no metric {}", name_of(metric))};
    } else {
      failed_ = {.verdict = check_verdict::inconclusive,
                 .message = fmt::format("{} was not measured{}{}", name_of(metric), reading.note.empty() ? "" : ": ",
                                        reading.note)};
    }
    return std::nullopt;
  }

  check_outcome of_different_units(side const& left, side const& right) const {
    return {.verdict = check_verdict::inconclusive,
            .value = left.value.value,
            .message = fmt::format("{} is {}, {}, and cannot be compared with {}", name_of(check_.metric), shown(left),
                                   experiment::name_of(left.value.unit), experiment::name_of(right.value.unit))};
  }

  check_condition const& check_;
  metric_lookup const& lookup_;
  check_outcome failed_;
  std::string note_;
};

}  // namespace

std::string_view name_of(check_verdict verdict) {
  constexpr std::array<std::string_view, 4> names{"pass", "fail", "inconclusive", "no such metric"};
  return names[static_cast<std::size_t>(verdict)];
}

check_outcome evaluate(check_condition const& check, metric_lookup const& lookup) {
  return evaluation{check, lookup}.outcome();
}

}  // namespace holdfast::experiment
