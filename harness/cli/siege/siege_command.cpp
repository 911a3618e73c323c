#include "cli/siege/siege_command.hpp"

#include <array>
#include <chrono>
#include <ctime>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "cli/siege/siege_config_report.hpp"
#include "cli/siege/siege_load_settings.hpp"
#include "cli/siege/siege_log.hpp"
#include "cli/siege/siege_options.hpp"
#include "cli/siege/siege_output.hpp"
#include "cli/siege/siege_plan.hpp"
#include "cli/siege/siege_report.hpp"
#include "cli/siege/siege_user.hpp"
#include "cli/siege/siege_verdict.hpp"
#include "load/load_run.hpp"

namespace holdfast::cli {
namespace {

/// siege reports at the end only.
struct silent_observer final : load::run_observer {
  void on_start(time_point, wall_time) override {}
  void on_interval(load::interval_record const&) override {}
};

/// What each thread keeps: its lines and its counters.
struct shard_part {
  explicit shard_part(siege_console& console, bool json_output) : sink{console, json_output} {}
  batching_sink sink;
  std::unique_ptr<siege_shard> users;  ///< made by the shard's first user, on its thread
};

/// One siege from the banner to the report.
class siege_run {
 public:
  siege_run(siege_plan const& plan, siege_console& console)
      : plan_{plan},
        console_{console},
        abort_{plan.settings.failures},
        load_{load_settings_of(plan, std::thread::hardware_concurrency())} {
    for (std::uint32_t i = 0; i < load_.threads; ++i) {
      parts_.push_back(std::make_unique<shard_part>(console, plan.settings.json_output));
    }
  }

  /// Nothing when the run could not start; the reason has been printed.
  std::optional<exit_code> run() {
    auto const ready = load::check_before_run(load_, load::target_probe::skip);
    if (!ready) {
      console_.write_err(to_string(ready.error()));
      return std::nullopt;
    }
    if (!plan_.settings.is_silent() && plan_.settings.look != siege_look::heads) {
      console_.write_err(siege_banner(plan_.settings));
    }
    calendar_ = {clock_seam::now(), clock_seam::wall_now()};
    silent_observer observer;
    auto const result = load::run_load(
        load_, *ready,
        [this](load::shard_context const& context, std::uint64_t user) { return make_user(context, user); }, observer);
    for (auto const& part : parts_) {
      part->sink.flush();
      if (part->users) tally_.merge(part->users->tally());
    }
    report(result);
    return strict_verdict(tally_);
  }

 private:
  std::unique_ptr<load::user_script> make_user(load::shard_context const& context, std::uint64_t user) {
    auto& part = *parts_[context.shard];
    if (!part.users) {
      part.users = std::make_unique<siege_shard>(plan_, abort_, context.origins, part.sink, calendar_);
    }
    return std::make_unique<siege_user>(*part.users, user);
  }

  void report(load::load_result const& result) {
    auto const& s = plan_.settings;
    auto const figures = figures_of(tally_, result.total_length);
    siege_report_style const style{s.dialect, s.debug};
    if (abort_.is_thrown()) console_.write_err(siege_abort_notice());
    auto const was_lifted = result.was_interrupted || (s.time && !abort_.is_thrown());
    if (was_lifted && !s.is_silent()) console_.write_err(siege_lifting_notice());
    if (s.json_output) {
      console_.write_err("\n");
      console_.write_out(siege_json_report(figures, style));
    } else if (!s.quiet) {
      console_.write_err(siege_text_report(figures, style));
    }
    if (s.more) console_.write_err(more_lines(result));
    if (s.logging) write_log(figures, result);
  }

  std::string more_lines(load::load_result const& result) const {
    std::vector<siege_quantile> quantiles;
    std::uint64_t unfinished = 0;
    for (auto const& each : result.total.requests) {
      unfinished += each.outcomes[static_cast<std::size_t>(load::outcome::cancelled_at_end)];
      for (auto const& [name, q] :
           {std::pair{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p99.9", 0.999}, {"max", 1.0}}) {
        if (auto const value = each.service.quantile(q)) quantiles.push_back({name, value->value, value->at_least});
      }
    }
    return siege_more_lines(tally_, quantiles, unfinished);
  }

  void write_log(siege_figures const& figures, load::load_result const& result) {
    auto const& s = plan_.settings;
    auto const ended = std::chrono::system_clock::to_time_t(calendar_.at(result.start + result.total_length));
    std::tm local{};
    localtime_r(&ended, &local);
    auto const mark = s.mark.empty() ? std::string{} : siege_log_mark(s.mark);
    auto const written = append_to_siege_log(s.logfile, mark + siege_log_row(figures, local));
    if (!written) {
      console_.write_err("cannot write the log file " + s.logfile + ": " + written.error().message() + "\n");
    } else if (s.show_logfile && !s.is_silent()) {
      console_.write_err(siege_log_notice(s.logfile, s.resource_file));
    }
  }

  siege_plan const& plan_;
  siege_console& console_;
  siege_abort_switch abort_;
  load::load_settings load_;
  siege_calendar calendar_;
  std::vector<std::unique_ptr<shard_part>> parts_;
  siege_tally tally_;
};

/// -V, -h and -C: what they print goes where siege prints it.
void answer_question(siege_invocation const& invocation, siege_console& console) {
  switch (invocation.task) {
    case siege_task::version:
      return console.write_err(siege_version_text(invocation.settings.dialect));
    case siege_task::help:
      return console.write_out(siege_help());
    case siege_task::config:
      return console.write_out(siege_config_report(invocation.settings));
    case siege_task::run:
      return;
  }
}

result<siege_plan, diagnostics> plan_for(siege_invocation const& invocation, siege_environment const& environment) {
  auto plan = make_siege_plan(invocation, environment);
  auto const& s = invocation.settings;
  auto const log = s.logging ? check_siege_log(s.logfile) : result<void>{};
  if (log) return plan;
  diagnostics problems;
  if (!plan) problems = plan.error();
  problems.push_back({.file = "command line",
                      .field = "--log",
                      .value = s.logfile,
                      .problem = "the log file cannot be written: " + log.error().message(),
                      .fix = "Name another file with --log=FILE."});
  return problems;
}

}  // namespace

int run_siege(int argc, char const* const* argv) {
  siege_console console;
  std::vector<std::string> const arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
  auto const is_strict = asks_for_strict(arguments);
  auto const refuse = [&](diagnostics const& problems) {
    console.write_err(to_string(problems));
    return is_strict ? static_cast<int>(exit_code::invalid_input) : 1;
  };
  auto const environment = process_environment();
  auto const invocation = read_siege_invocation(arguments, environment);
  if (!invocation) return refuse(invocation.error());
  console.write_err(invocation->warnings);
  if (invocation->task != siege_task::run) {
    answer_question(*invocation, console);
    return 0;
  }
  auto const plan = plan_for(*invocation, environment);
  if (!plan) return refuse(plan.error());
  console.write_err(limit_warning(plan->settings));
  auto const verdict = siege_run{*plan, console}.run();
  if (is_strict) return static_cast<int>(verdict.value_or(exit_code::could_not_run));
  // siege ends with 0 whatever the run was like; what kept it from starting is an error.
  return verdict ? 0 : 1;
}

}  // namespace holdfast::cli
