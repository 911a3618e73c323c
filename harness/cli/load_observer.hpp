#pragma once

#include <optional>
#include <string>

#include "cli/progress_line.hpp"
#include "load/load_run.hpp"
#include "report/failure_digest.hpp"
#include "report/load_report.hpp"
#include "report/load_window.hpp"
#include "report/run_folder.hpp"

namespace holdfast::cli {

/// Takes in what is measured while a run goes on: into the run folder, onto the progress line, and what the report
/// needs beside the result. Used by the thread of run_load() only.
class load_observer final : public load::run_observer {
 public:
  /// @param folder    where the run is written, or nullptr
  /// @param progress  the line on the terminal, or nothing
  load_observer(report::load_description const& about, report::run_folder* folder,
                std::optional<progress_line> progress);

  void on_start(time_point start, wall_time start_stamp) override;
  void on_interval(load::interval_record const& record) override;

  /// Takes the progress line off the terminal.
  void end_progress();
  report::load_gathered gathered() const { return {.window = window_.so_far(), .causes = causes_.causes()}; }

 private:
  void warn_of_folder();

  report::load_description const& about_;
  report::run_folder* folder_;
  std::optional<progress_line> progress_;
  report::load_window window_;
  report::failure_digest causes_;
  bool has_warned_ = false;
};

}  // namespace holdfast::cli
