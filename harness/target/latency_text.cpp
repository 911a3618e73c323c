// Reading laws from text; their mathematics is in latency_law.cpp.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/diagnostic.hpp"
#include "target/latency_law.hpp"

namespace holdfast::target {
namespace {

constexpr nanoseconds longest = std::chrono::hours{24};

constexpr std::string_view examples =
    "Write e.g. \"constant:5ms\", \"uniform:1ms..10ms\", \"lognormal:median=5ms,sigma=0.5\", "
    "\"bimodal:1ms,100ms,p=0.05\", \"drift:1ms..20ms,over=60s\" or \"freeze:every=10s,for=1s,at=3s\".";

unit_error wrong(std::string problem) { return {std::move(problem), std::string{examples}}; }

/// The comma-separated parts of a law: each positional, or name=value and asked for by its name. All must be taken.
class part_list {
 public:
  explicit part_list(std::string_view text) {
    while (!text.empty()) {
      auto const end = text.find(',');
      parts_.push_back(text.substr(0, end));
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
  }

  std::optional<std::string_view> take_named(std::string_view name) {
    auto const found = std::find_if(parts_.begin(), parts_.end(), [name](std::string_view part) {
      return part.starts_with(name) && part.substr(name.size()).starts_with('=');
    });
    if (found == parts_.end()) return std::nullopt;
    auto const value = found->substr(name.size() + 1);
    parts_.erase(found);
    return value;
  }

  std::optional<std::string_view> take_first() {
    if (parts_.empty()) return std::nullopt;
    auto const value = parts_.front();
    parts_.erase(parts_.begin());
    return value;
  }

  std::optional<unit_error> leftover() const {
    if (parts_.empty()) return std::nullopt;
    return wrong(fmt::format("\"{}\" is not a part of this law", parts_.front()));
  }

 private:
  std::vector<std::string_view> parts_;
};

result<nanoseconds, unit_error> read_duration(std::optional<std::string_view> text, std::string_view what) {
  if (!text) return wrong(fmt::format("\"{}\" is missing", what));
  auto const value = parse_duration(*text);
  if (!value) return value.error();
  if (*value > longest) return wrong(fmt::format("{} is longer than a day", what));
  return *value;
}

result<double, unit_error> read_number(std::optional<std::string_view> text, std::string_view what) {
  if (!text) return wrong(fmt::format("\"{}\" is missing", what));
  return parse_number(*text);
}

result<uniform_law, unit_error> read_range(std::optional<std::string_view> text) {
  auto const dots = text ? text->find("..") : std::string_view::npos;
  if (dots == std::string_view::npos) return wrong("a range \"from..to\" is missing");
  auto const from = read_duration(text->substr(0, dots), "from");
  if (!from) return from.error();
  auto const to = read_duration(text->substr(dots + 2), "to");
  if (!to) return to.error();
  return uniform_law{*from, *to};
}

result<latency_law, unit_error> read_constant(part_list& parts) {
  auto const value = read_duration(parts.take_first(), "delay");
  if (!value) return value.error();
  return latency_law{constant_law{*value}};
}

result<latency_law, unit_error> read_uniform(part_list& parts) {
  auto const range = read_range(parts.take_first());
  if (!range) return range.error();
  if (range->least > range->most) return wrong("the range is upside down");
  return latency_law{*range};
}

result<latency_law, unit_error> read_lognormal(part_list& parts) {
  auto const median = read_duration(parts.take_named("median"), "median");
  if (!median) return median.error();
  auto const sigma = read_number(parts.take_named("sigma"), "sigma");
  if (!sigma) return sigma.error();
  if (!(*sigma > 0) || *sigma > 10) return wrong("sigma has to be above 0 and at most 10");
  if (*median == nanoseconds{0}) return wrong("the median has to be above zero");
  return latency_law{lognormal_law{*median, *sigma}};
}

result<latency_law, unit_error> read_bimodal(part_list& parts) {
  auto const p = read_number(parts.take_named("p"), "p");
  if (!p) return p.error();
  auto const fast = read_duration(parts.take_first(), "first delay");
  if (!fast) return fast.error();
  auto const slow = read_duration(parts.take_first(), "second delay");
  if (!slow) return slow.error();
  if (*p < 0 || *p > 1) return wrong("p has to lie between 0 and 1");
  return latency_law{bimodal_law{*fast, *slow, *p}};
}

result<latency_law, unit_error> read_drift(part_list& parts) {
  auto const over = read_duration(parts.take_named("over"), "over");
  if (!over) return over.error();
  auto const range = read_range(parts.take_first());
  if (!range) return range.error();
  if (*over == nanoseconds{0}) return wrong("\"over\" has to be above zero");
  return latency_law{drift_law{range->least, range->most, *over}};
}

struct law_reader {
  std::string_view name;
  result<latency_law, unit_error> (*read)(part_list&);
};

constexpr std::array readers{
    law_reader{"constant", read_constant}, law_reader{"uniform", read_uniform}, law_reader{"lognormal", read_lognormal},
    law_reader{"bimodal", read_bimodal},   law_reader{"drift", read_drift},
};

std::optional<unit_error> add_one(std::string_view text, latency_plan& plan) {
  auto const colon = text.find(':');
  auto const name = text.substr(0, colon);
  auto const rest = colon == std::string_view::npos ? std::string_view{} : text.substr(colon + 1);
  if (name == "freeze") {
    auto const windows = parse_time_windows(rest);
    if (!windows) return windows.error();
    plan.freezes.push_back(*windows);
    return std::nullopt;
  }
  auto const* const reader =
      std::find_if(readers.begin(), readers.end(), [name](law_reader const& r) { return r.name == name; });
  if (reader == readers.end()) return wrong(fmt::format("\"{}\" is no latency law", name));
  part_list parts{rest};
  auto const law = reader->read(parts);
  if (!law) return law.error();
  if (auto const problem = parts.leftover()) return problem;
  plan.laws.push_back(*law);
  return std::nullopt;
}

}  // namespace

std::optional<unit_error> add_latency(std::string_view text, latency_plan& plan) {
  for (;;) {
    auto const plus = text.find('+');
    if (auto problem = add_one(text.substr(0, plus), plan)) return problem;
    if (plus == std::string_view::npos) return std::nullopt;
    text.remove_prefix(plus + 1);
  }
}

result<time_windows, unit_error> parse_time_windows(std::string_view text) {
  part_list parts{text};
  auto const every = read_duration(parts.take_named("every"), "every");
  if (!every) return every.error();
  auto const length = read_duration(parts.take_named("for"), "for");
  if (!length) return length.error();
  auto const at = parts.take_named("at");
  auto const first = at ? read_duration(at, "at") : every;
  if (!first) return first.error();
  if (auto problem = parts.leftover()) return *problem;
  if (*length == nanoseconds{0} || *length >= *every) return wrong("\"for\" has to be above zero and below \"every\"");
  return time_windows{*every, *length, *first};
}

}  // namespace holdfast::target
