#include "load/load_stages_text.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "load/load_limits.hpp"

namespace holdfast::load {
namespace {

constexpr std::string_view stage_fix =
    "Write e.g. \"30s:100/s\", \"10s:100/s..500/s\", or users of a closed loop: \"30s:10\".";
constexpr std::string_view spike_fix =
    "Write base rate, peak rate, start and length of the spike: \"100/s,1000/s,20s,5s\".";

std::string_view trimmed(std::string_view text) {
  auto const first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (auto end = text.find(separator); end != std::string_view::npos; end = text.find(separator)) {
    parts.push_back(trimmed(text.substr(0, end)));
    text.remove_prefix(end + 1);
  }
  parts.push_back(trimmed(text));
  return parts;
}

struct range_text {
  std::string_view from;
  std::optional<std::string_view> to;  ///< nothing when one value stands for both
};

range_text range_of(std::string_view text) {
  auto const dots = text.find("..");
  if (dots == std::string_view::npos) return {text, std::nullopt};
  return {trimmed(text.substr(0, dots)), trimmed(text.substr(dots + 2))};
}

/// Reads quantities and keeps what is wrong with them.
class quantity_reader {
 public:
  template <class Parse>
  auto read(std::string_view option, std::string_view text, Parse parse)
      -> std::optional<typename decltype(parse(text))::value_type> {
    auto const parsed = parse(text);
    if (parsed) return *parsed;
    report(option, text, parsed.error().problem, parsed.error().fix);
    return std::nullopt;
  }
  void report(std::string_view option, std::string_view value, std::string_view problem, std::string_view fix) {
    problems_.push_back(option_problem(option, value, problem, fix));
  }
  bool is_content() const { return problems_.empty(); }
  diagnostics take_problems() { return std::move(problems_); }

 private:
  diagnostics problems_;
};

class stages_parser {
 public:
  explicit stages_parser(std::string_view text) : text_{text}, of_rates_{text.find('/') != std::string_view::npos} {}

  result<stage_list, diagnostics> stages() {
    auto const parts = split(text_, ',');
    for (std::size_t i = 0; i < parts.size(); ++i) stage(fmt::format("--stages[{}]", i), parts[i]);
    if (reader_.is_content()) check_whole();
    if (!reader_.is_content()) return reader_.take_problems();
    if (of_rates_) return stage_list{std::move(rates_)};
    return stage_list{std::move(users_)};
  }

 private:
  void stage(std::string const& option, std::string_view text) {
    auto const colon = text.find(':');
    if (colon == std::string_view::npos) {
      reader_.report(option, text, "a stage is a duration, a colon and a rate", stage_fix);
      return;
    }
    auto const duration = reader_.read(option, trimmed(text.substr(0, colon)), parse_run_time);
    if (duration && *duration == nanoseconds{0}) {
      reader_.report(option, text, "a stage needs a duration above zero", "Write how long it lasts, or remove it.");
    }
    auto const level = range_of(trimmed(text.substr(colon + 1)));
    if (of_rates_) {
      add(option, duration, level, parse_offered_rate, rates_);
    } else {
      add(option, duration, level, parse_users, users_);
    }
  }

  template <class Stage>
  void add(std::string const& option, std::optional<nanoseconds> duration, range_text level, auto parse,
           std::vector<Stage>& list) {
    auto const from = reader_.read(option, level.from, parse);
    auto const to = level.to ? reader_.read(option, *level.to, parse) : from;
    if (duration && from && to) list.push_back({*duration, *from, *to});
    // Bounded here, so that the sum stays far from the end of the clock.
    if (duration && total_ <= longest_run) total_ += *duration;
  }

  void check_whole() {
    constexpr auto is_pause = [](auto const& stage) {
      return stage.from == decltype(stage.from){} && stage.to == stage.from;
    };
    if (std::ranges::all_of(rates_, is_pause) && std::ranges::all_of(users_, is_pause)) {
      reader_.report("--stages", text_, "all stages together offer nothing", "Give one of them a rate above zero.");
    }
    if (total_ > longest_run) {
      reader_.report("--stages", text_, "the stages last more than a year", "Make them shorter.");
    }
  }

  std::string_view text_;
  bool of_rates_;
  nanoseconds total_{0};
  std::vector<rate_stage> rates_;
  std::vector<user_stage> users_;
  quantity_reader reader_;
};

}  // namespace

diagnostic option_problem(std::string_view option, std::string_view value, std::string_view problem,
                          std::string_view fix) {
  return {"command line", 0, std::string{option}, std::string{value}, std::string{problem}, std::string{fix}};
}

result<request_rate, unit_error> parse_offered_rate(std::string_view text) {
  auto const rate = parse_rate(text);
  if (rate && rate->per_second() > highest_rate) {
    return unit_error{"a rate of more than 1e9/s", "Write a rate that a machine can send, e.g. \"500/s\"."};
  }
  if (rate && rate->per_second() > 0 && rate->per_second() < lowest_rate) {
    return unit_error{"a rate of less than one request a year", "Write a higher rate, e.g. \"1/h\"."};
  }
  return rate;
}

result<nanoseconds, unit_error> parse_run_time(std::string_view text) {
  auto const time = parse_duration(text);
  if (time && *time > longest_run) return unit_error{"a duration of more than a year", "Write a shorter one."};
  return time;
}

result<std::uint32_t, unit_error> parse_users(std::string_view text) {
  auto const users = parse_count(text);
  if (!users) return users.error();
  if (*users > most_users) return unit_error{"more than a million users", "Write a smaller number."};
  return static_cast<std::uint32_t>(*users);
}

result<stage_list, diagnostics> parse_stages(std::string_view text) { return stages_parser{text}.stages(); }

result<spike_shape, diagnostics> parse_spike(std::string_view text) {
  quantity_reader reader;
  auto const parts = split(text, ',');
  if (parts.size() != 4) {
    reader.report("--spike", text, fmt::format("a spike has 4 parts, not {}", parts.size()), spike_fix);
    return reader.take_problems();
  }
  auto const base = reader.read("--spike", parts[0], parse_offered_rate);
  auto const peak = reader.read("--spike", parts[1], parse_offered_rate);
  auto const at = reader.read("--spike", parts[2], parse_run_time);
  auto const length = reader.read("--spike", parts[3], parse_run_time);
  if (base && peak && *peak <= *base) {
    reader.report("--spike", text, "the peak is not above the base rate", spike_fix);
  }
  if (length && *length == nanoseconds{0}) reader.report("--spike", text, "the spike has no length", spike_fix);
  if (!reader.is_content()) return reader.take_problems();
  return spike_shape{*base, *peak, *at, *length};
}

result<think_law, diagnostics> parse_think(std::string_view text) {
  constexpr std::string_view exponential = "exponential:";
  if (text == "none") return think_law{no_think{}};
  quantity_reader reader;
  if (text.starts_with(exponential)) {
    auto const mean = reader.read("--think", text.substr(exponential.size()), parse_run_time);
    if (!mean) return reader.take_problems();
    return think_law{exponential_think{*mean}};
  }
  auto const range = range_of(text);
  auto const shortest = reader.read("--think", range.from, parse_run_time);
  if (!range.to) {
    if (!shortest) return reader.take_problems();
    return think_law{constant_think{*shortest}};
  }
  auto const longest = reader.read("--think", *range.to, parse_run_time);
  if (shortest && longest && *shortest > *longest) {
    reader.report("--think", text, "the range ends before it begins", "Write the shorter time first, e.g. \"1s..3s\".");
  }
  if (!reader.is_content()) return reader.take_problems();
  return think_law{uniform_think{*shortest, *longest}};
}

}  // namespace holdfast::load
