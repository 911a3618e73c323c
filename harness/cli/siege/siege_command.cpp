#include "cli/siege/siege_command.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <unistd.h>

#include "cli/siege/siege_config_report.hpp"
#include "cli/siege/siege_load_settings.hpp"
#include "cli/siege/siege_log.hpp"
#include "cli/siege/siege_options.hpp"
#include "cli/siege/siege_output.hpp"
#include "cli/siege/siege_plan.hpp"
#include "cli/siege/siege_report.hpp"
#include "cli/siege/siege_user.hpp"
#include "cli/siege/siege_verdict.hpp"
#include "core/units.hpp"
#include "load/load_run.hpp"
#include "net/tls_context.hpp"

namespace holdfast::cli {
namespace {

/// siege reports at the end only.
struct silent_observer final : load::run_observer {
  void on_start(time_point, wall_time) override {}
  void on_interval(load::interval_record const&) override {}
};

/// Standard output and standard error of the program when no siege is going on: before and after.
class siege_console {
 public:
  void write_out(std::string_view text) {
    auto const written = write_stream(STDOUT_FILENO, text, broken_pipe::ends_program);
    if (!written) note_failure(written);
  }
  /// That it cannot be written is nobody's business: there is no place left to tell it.
  void write_err(std::string_view text) { (void)write_stream(STDERR_FILENO, text, broken_pipe::is_an_error); }

  /// Tells, once, that standard output is incomplete.
  void note_failure(result<void> const& written) {
    if (std::exchange(has_failed_, true)) return;
    write_err("holdfast siege: standard output could not be written: " + written.error().message() + ".\n");
  }
  bool has_failed() const { return has_failed_; }

 private:
  bool has_failed_ = false;
};

/// What each thread keeps: its lines and its counters.
struct shard_part {
  shard_part(background_stream& out, background_stream& err, bool json_output) : sink{out, err, json_output} {}
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
    load_.ends_early = &abort_.flag();
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
    auto const result = measure(*ready);
    for (auto const& part : parts_) {
      if (part->users) tally_.merge(part->users->tally());
    }
    report(result);
    return strict_verdict(tally_, {.was_interrupted = result.was_interrupted && !abort_.is_thrown(),
                                   .output_failed = console_.has_failed() || has_lost_log_});
  }

 private:
  /// The siege itself. Lines are written beside it, so that a slow reader does not slow it down.
  load::load_result measure(load::preflight const& ready) {
    background_stream out{STDOUT_FILENO, broken_pipe::ends_program};
    background_stream err{STDERR_FILENO, broken_pipe::is_an_error};
    for (std::uint32_t i = 0; i < load_.threads; ++i) {
      parts_.push_back(std::make_unique<shard_part>(out, err, plan_.settings.json_output));
    }
    silent_observer observer;
    auto result = load::run_load(
        load_, ready,
        [this](load::shard_context const& context, std::uint64_t user) { return make_user(context, user); }, observer);
    for (auto const& part : parts_) part->sink.flush();
    auto const printed = out.finish();
    auto const complained = err.finish();
    if (!printed.written) console_.note_failure(printed.written);
    if (auto const lines = printed.lines_left_out + complained.lines_left_out; lines > 0) {
      console_.write_err("holdfast siege: " + format_count(lines) +
                         " lines were left out, because they came faster than they were read. The figures are "
                         "complete.\n");
    }
    return result;
  }

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
      has_lost_log_ = true;
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
  bool has_lost_log_ = false;
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

/// Of the client certificate, which only the resource file can name.
diagnostics problems_of_tls(siege_settings const& s) {
  net::tls_options const options{.verify = net::peer_verification::off,
                                 .certificate_file = s.ssl_cert,
                                 .key_file = s.ssl_key,
                                 .ciphers = s.ssl_ciphers};
  auto const usable =
      net::make_tls_context(options, {.certificate_file = "ssl-cert", .key_file = "ssl-key", .ciphers = "ssl-ciphers"});
  diagnostics told;
  if (usable) return told;
  for (auto problem : usable.error()) {
    problem.file = s.resource_file;
    // One file with certificate and key that cannot be read is one problem.
    auto const is_told = [&](diagnostic const& other) { return to_string(other) == to_string(problem); };
    if (std::none_of(told.begin(), told.end(), is_told)) told.push_back(std::move(problem));
  }
  return told;
}

result<siege_plan, diagnostics> plan_for(siege_invocation const& invocation, siege_environment const& environment) {
  auto plan = make_siege_plan(invocation, environment);
  auto const& s = invocation.settings;
  diagnostics problems;
  if (!plan) problems = plan.error();
  if (auto const log = s.logging ? check_siege_log(s.logfile) : result<void>{}; !log) {
    problems.push_back({.file = "command line",
                        .field = "--log",
                        .value = s.logfile,
                        .problem = "the log file cannot be written: " + log.error().message(),
                        .fix = "Name another file with --log=FILE."});
  }
  auto const tls = problems_of_tls(s);
  problems.insert(problems.end(), tls.begin(), tls.end());
  if (!problems.empty()) return problems;
  return plan;
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
    return is_strict && console.has_failed() ? static_cast<int>(exit_code::could_not_run) : 0;
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
