#include "load/load_shape_text.hpp"

#include <algorithm>
#include <iterator>
#include <memory>
#include <string_view>

#include <fmt/format.h>

#include "load/load_limits.hpp"
#include "load/load_stages_text.hpp"

namespace holdfast::load {
namespace {

constexpr nanoseconds no_time{0};

class shape_parser {
 public:
  shape_parser(load_shape_texts const& texts, replay_reader const& read_replay)
      : texts_{texts}, read_replay_{read_replay} {}

  result<load_shape, diagnostics> shape() {
    read_common();
    std::optional<load_shape> read;
    if (is_open()) {
      read = open_loop();
    } else {
      read = closed_loop();
    }
    if (!problems_.empty()) return std::move(problems_);
    return *std::move(read);
  }

 private:
  using text = std::optional<std::string>;

  bool is_open() const {
    auto const stages_of_rates = texts_.stages && texts_.stages->find('/') != std::string::npos;
    return texts_.rate || texts_.spike || texts_.replay || stages_of_rates;
  }

  void problem(std::string_view option, std::string_view value, std::string_view what, std::string_view fix) {
    problems_.push_back(option_problem(option, value, what, fix));
  }

  template <class Value>
  std::optional<Value> kept(result<Value, diagnostics> parsed) {
    if (parsed) return *std::move(parsed);
    std::ranges::move(parsed.error(), std::back_inserter(problems_));
    return std::nullopt;
  }

  /// A quantity, if it was given and is one.
  template <class Parse>
  auto quantity(std::string_view option, text const& given, Parse parse)
      -> std::optional<typename decltype(parse(*given))::value_type> {
    if (!given) return std::nullopt;
    auto const parsed = parse(*given);
    if (parsed) return *parsed;
    problem(option, *given, parsed.error().problem, parsed.error().fix);
    return std::nullopt;
  }

  template <class Parse>
  auto quantity_above_zero(std::string_view option, text const& given, Parse parse, std::string_view fix) {
    auto value = quantity(option, given, parse);
    if (value && *value == typename decltype(value)::value_type{}) {
      problem(option, *given, "must be above zero", fix);
      value.reset();
    }
    return value;
  }

  /// `option` was given though `other` leaves nothing for it to do.
  void forbid(std::string_view option, text const& given, std::string_view other, std::string_view fix) {
    if (given) problem(option, *given, fmt::format("cannot be combined with {}", other), fix);
  }

  void read_common() {
    duration_ = quantity_above_zero("-d", texts_.duration, parse_run_time, "Write e.g. \"30s\", or leave it out.");
    requests_ = quantity_above_zero("-n", texts_.requests, parse_count, "Write e.g. \"1000\", or leave it out.");
    ramp_ = quantity("--ramp", texts_.ramp, parse_run_time);
    if (!texts_.replay) forbid("--replay-speed", texts_.replay_speed, "anything but --replay", "Leave it out.");
  }

  void check_ramp(std::optional<nanoseconds> length) {
    if (!ramp_ || !length || *ramp_ <= *length || (texts_.duration && !duration_)) return;
    auto const by = texts_.duration ? "the run" : "the run of 10s, which is the default";
    problem("--ramp", *texts_.ramp, fmt::format("the ramp lasts longer than {}", by),
            "Set a longer run, e.g. \"-d 1m\".");
  }

  // --- open loop

  std::optional<load_shape> open_loop() {
    forbid("--think", texts_.think, "an open loop", "Leave it out: arrivals wait for nobody.");
    forbid("--iterations", texts_.iterations, "an open loop", "Limit the requests with -n.");
    if (texts_.rate) {
      constexpr std::string_view fix = "Put the whole course of the rate into --stages.";
      forbid("--stages", texts_.stages, "--rate", fix);
      forbid("--spike", texts_.spike, "--rate", fix);
      forbid("--replay", texts_.replay, "--rate", "Choose one of them.");
      return from_curve(stages_of_rate());
    }
    forbid("--ramp", texts_.ramp, "anything but --rate or -c", "Write a stage such as \"10s:0/s..500/s\".");
    if (texts_.stages) {
      forbid("--spike", texts_.spike, "--stages", "Choose one of them.");
      forbid("--replay", texts_.replay, "--stages", "Choose one of them.");
      forbid("-d", texts_.duration, "--stages", "Leave it out: the stages say how long the run is.");
      return from_curve(rates_of_stages());
    }
    if (texts_.spike) {
      forbid("--replay", texts_.replay, "--spike", "Choose one of them.");
      return from_curve(stages_of_spike());
    }
    return replay();
  }

  std::vector<rate_stage> stages_of_rate() {
    auto const rate = quantity_above_zero("--rate", texts_.rate, parse_offered_rate, "Write e.g. \"500/s\".");
    // With a number of requests alone, the schedule lasts until they are sent.
    auto const length = duration_ ? *duration_ : texts_.requests ? longest_run : default_duration;
    check_ramp(length);
    if (!rate || !problems_.empty()) return {};
    auto const rise = ramp_.value_or(no_time);
    std::vector<rate_stage> stages{{rise, {}, *rate}, {length - rise, *rate, *rate}};
    if (texts_.requests && !duration_ && rate_curve{stages}.total() < static_cast<double>(*requests_)) {
      problem("-n", *texts_.requests, "so many requests would take more than a year", "Raise --rate or lower -n.");
    }
    return stages;
  }

  std::vector<rate_stage> rates_of_stages() {
    auto stages = kept(parse_stages(*texts_.stages));
    auto* const rates = stages ? std::get_if<std::vector<rate_stage>>(&*stages) : nullptr;
    return rates != nullptr ? std::move(*rates) : std::vector<rate_stage>{};
  }

  std::vector<rate_stage> stages_of_spike() {
    auto const spike = kept(parse_spike(*texts_.spike));
    if (!texts_.duration)
      problem("--spike", *texts_.spike, "a spike needs the length of the run", "Add e.g. \"-d 1m\".");
    if (!spike || !duration_) return {};
    auto const after = *duration_ - spike->at - spike->length;
    if (after < no_time) {
      problem("--spike", *texts_.spike, "the spike ends after the run", "Let it begin earlier, or set a longer -d.");
    }
    return {{spike->at, spike->base, spike->base},
            {spike->length, spike->peak, spike->peak},
            {after, spike->base, spike->base}};
  }

  std::optional<load_shape> from_curve(std::vector<rate_stage> const& stages) {
    if (!problems_.empty()) return std::nullopt;
    auto const schedule =
        texts_.poisson ? arrival_schedule::poisson(rate_curve{stages}, texts_.seed) : arrival_schedule::stages(stages);
    return requests_ ? schedule.limited_to(*requests_) : schedule;
  }

  std::optional<load_shape> replay() {
    if (texts_.poisson) {
      problem("--poisson", "", "cannot be combined with --replay", "Leave it out: the file says when requests start.");
    }
    auto const speed = quantity("--replay-speed", texts_.replay_speed, parse_number).value_or(1);
    auto const offsets = kept(read_replay_(*texts_.replay));
    auto const last = offsets && !offsets->empty() ? in_seconds(offsets->back()) : 0;
    if (!(speed > 0) || last / speed > in_seconds(longest_run)) {
      problem("--replay-speed", texts_.replay_speed.value_or(""),
              speed > 0 ? "the replay would take more than a year" : "must be above zero",
              "Write a factor, e.g. \"2\" for twice as fast.");
    }
    if (!problems_.empty()) return std::nullopt;
    auto schedule = arrival_schedule::replay(std::make_shared<std::vector<nanoseconds> const>(*offsets), speed);
    if (duration_) schedule = schedule.limited_to(static_cast<std::uint64_t>(schedule.expected_until(*duration_)));
    if (schedule.expected_total() == 0) {
      problem("-d", *texts_.duration, "no request of the replay starts within the run", "Set a longer -d.");
    }
    return requests_ ? schedule.limited_to(*requests_) : schedule;
  }

  // --- closed loop

  std::optional<load_shape> closed_loop() {
    if (texts_.poisson) {
      problem("--poisson", "", "a closed loop has no arrivals", "Add a rate, e.g. \"--rate 500/s\", or leave it out.");
    }
    closed_loop_plan plan;
    if (texts_.think) plan.think = kept(parse_think(*texts_.think)).value_or(no_think{});
    plan.iterations_per_user =
        quantity_above_zero("--iterations", texts_.iterations, parse_count, "Write e.g. \"10\", or leave it out.");
    plan.requests = requests_;
    if (texts_.stages) {
      read_user_stages(plan);
    } else {
      read_users(plan);
    }
    return plan;
  }

  void read_users(closed_loop_plan& plan) {
    plan.users = quantity_above_zero("-c", texts_.users, parse_users, "Write e.g. \"50\".").value_or(default_users);
    plan.ramp = ramp_.value_or(no_time);
    plan.duration = duration_;
    if (!texts_.duration && !texts_.requests && !texts_.iterations) plan.duration = default_duration;
    check_ramp(plan.duration);
  }

  void read_user_stages(closed_loop_plan& plan) {
    constexpr std::string_view fix = "Leave it out: the stages say it.";
    forbid("-c", texts_.users, "stages of users", fix);
    forbid("-d", texts_.duration, "--stages", fix);
    forbid("--ramp", texts_.ramp, "--stages", "Write a stage such as \"10s:0..50\".");
    auto const stages = kept(parse_stages(*texts_.stages));
    auto const* const users = stages ? std::get_if<std::vector<user_stage>>(&*stages) : nullptr;
    if (users == nullptr) return;
    plan.stages = *users;
    plan.duration = no_time;
    for (auto const& stage : plan.stages) *plan.duration += stage.duration;
  }

  load_shape_texts const& texts_;
  replay_reader const& read_replay_;
  diagnostics problems_;
  std::optional<nanoseconds> duration_, ramp_;
  std::optional<std::uint64_t> requests_;
};

}  // namespace

result<load_shape, diagnostics> parse_load_shape(load_shape_texts const& texts, replay_reader const& read_replay) {
  return shape_parser{texts, read_replay}.shape();
}

}  // namespace holdfast::load
