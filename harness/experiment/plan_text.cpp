#include <algorithm>
#include <iterator>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/units.hpp"
#include "experiment/plan.hpp"
#include "report/load_sentence.hpp"

namespace holdfast::experiment {
namespace {

/// "12.5 s", to the millisecond: times of a plan are compared with each other.
std::string plan_time(nanoseconds at) {
  auto text = fmt::format("{:.3f}", in_seconds(at));
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text + " s";
}

class plan_printer {
 public:
  plan_printer(plan const& made, profile const& what) : plan_{made}, profile_{what} {}

  std::string text() {
    head();
    runs();
    steps();
    checks();
    return std::move(out_);
  }

 private:
  template <class... Values>
  void line(fmt::format_string<Values...> format, Values&&... values) {
    fmt::format_to(std::back_inserter(out_), format, std::forward<Values>(values)...);
    out_ += '\n';
  }
  void row(std::string_view name, std::string_view text) { line("  {:<9} {}", name, text); }
  void moment(std::string_view when, std::string_view what) { line("  {:>12}  {}", when, what); }

  void head() {
    line("{}", profile_.title);
    row("profile", profile_.file);
    row("system", fmt::format("{}, {} objects", profile_.system.string(), profile_.manifests->objects.size()));
    auto const& cluster = profile_.cluster;
    auto const scale = cluster.time_scale == 1 ? std::string{"control loops in real time"}
                                               : fmt::format("control loops {} times as fast", cluster.time_scale);
    row("cluster", fmt::format("{}, ready within {}", scale, format_duration(cluster.ready_within)));
    row("load", load_text());
    row("length", length_text());
  }

  std::string load_text() const {
    if (auto const* const siege = std::get_if<siege_load>(&profile_.load)) return siege->line;
    auto const& load = std::get<engine_load>(profile_.load);
    auto const what =
        !load.script.url.empty() ? load.script.url : fmt::format("{}", fmt::join(load.settings.request_names, ", "));
    return fmt::format("{}: {}", report::load_sentence(load.settings), what);
  }

  std::string length_text() const {
    auto const length = length_of(profile_.load);
    auto const runs = plan_.runs.size();
    auto const budget = profile_.budget ? fmt::format(", budget {}", format_duration(*profile_.budget)) : std::string{};
    if (!length) return "not known before" + budget;
    return fmt::format("{} of load in {} run{}{}", format_duration(*length * static_cast<std::int64_t>(runs)), runs,
                       runs == 1 ? "" : "s", budget);
  }

  static std::string changes_of(arm const& which) {
    std::vector<std::string> parts;
    for (auto const& change : which.changes) {
      parts.push_back(
          fmt::format("{}/{} {}", change.object.kind->name, change.object.name, change.type ? "patched" : "left out"));
    }
    for (auto const& [deployment, variables] : which.environment) {
      for (auto const& [name, value] : variables) {
        parts.push_back(value ? fmt::format("{} {}={}", deployment, name, *value)
                              : fmt::format("{} without {}", deployment, name));
      }
    }
    if (!which.defects.empty()) parts.push_back(fmt::format("defects {}", fmt::join(which.defects, ",")));
    return parts.empty() ? "as its manifests are" : fmt::format("{}", fmt::join(parts, "; "));
  }

  void runs() {
    line("\nRuns");
    for (std::size_t i = 0; i < plan_.runs.size(); ++i) {
      auto const& run = plan_.runs[i];
      auto const& which = profile_.arms[run.arm];
      line("  {:>3}  {}{}, seed {}: {}", i + 1, which.name, which.is_control ? " (control)" : "", run.seed,
           changes_of(which));
    }
  }

  std::string step_text(timed_step const& step) const {
    switch (step.kind) {
      case step_kind::load_begin:
        return "the load begins";
      case step_kind::load_end:
        return "the load ends";
      case step_kind::phase_begin: {
        auto const& phase = profile_.phases[step.index];
        return fmt::format("phase {}, {}{}", phase.name, format_duration(phase.duration),
                           phase.is_measured ? "" : ", not measured");
      }
      default: {
        auto const& what = profile_.actions[step.index];
        auto const turn = what.times > 1 ? fmt::format(" ({} of {})", step.turn + 1, what.times) : std::string{};
        if (step.kind == step_kind::action_end) return fmt::format("{}{} ends", what.name, turn);
        return fmt::format("{}{}: {}{}", what.name, turn, describe(what.kind), end_text(what));
      }
    }
  }

  static std::string end_text(action const& what) {
    if (what.end.lasts) return fmt::format(", for {}", format_duration(*what.end.lasts));
    if (what.end.until) return fmt::format(", until {}", what.end.until->text);
    auto const has_end =
        std::holds_alternative<fault_action>(what.kind) || std::holds_alternative<pause_action>(what.kind);
    return has_end ? ", until the load ends" : "";
  }

  void steps() {
    line("\nEach run");
    moment("before", "the cluster starts and gets ready");
    if (profile_.prepare) {
      moment("before", fmt::format("prepare: {}", fmt::join(profile_.prepare->what->request_names, ", ")));
    }
    for (auto const& step : plan_.steps) moment(plan_time(step.at), step_text(step));
    for (auto const index : plan_.waiting) {
      auto const& what = profile_.actions[index];
      auto const& trigger = std::get<on_condition>(what.trigger);
      auto const delay =
          trigger.after == nanoseconds{} ? std::string{} : fmt::format(" and {} more", format_duration(trigger.after));
      auto const limit = trigger.within ? fmt::format(" (within {})", format_duration(*trigger.within)) : std::string{};
      moment("when", fmt::format("{}{}{}: {}: {}{}", trigger.when.text, delay, limit, what.name, describe(what.kind),
                                 end_text(what)));
    }
    auto const& invariants = profile_.invariants;
    if (invariants.are_checked) {
      moment("after", fmt::format("invariants, {} to converge", format_duration(invariants.converge_within)));
    }
    moment("after", "the cluster stops");
  }

  void checks() {
    line("\nChecks");
    if (profile_.checks.empty()) line("  none: the run only measures");
    for (auto const& each : profile_.checks) {
      auto const name = each.name == each.condition.text ? std::string{} : each.name + ": ";
      auto const arms = each.arms.empty() ? std::string{} : fmt::format("  [{}]", fmt::join(each.arms, ", "));
      line("  {}{}{}", name, each.condition.text, arms);
    }
  }

  plan const& plan_;
  profile const& profile_;
  std::string out_;
};

}  // namespace

std::string to_text(plan const& made, profile const& what) { return plan_printer{made, what}.text(); }

}  // namespace holdfast::experiment
