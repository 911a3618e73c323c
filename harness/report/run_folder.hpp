#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>

#include "core/diagnostic.hpp"
#include "core/result.hpp"
#include "load/interval_record.hpp"
#include "report/load_report.hpp"
#include "report/output_file.hpp"
#include "stats/histogram_log_writer.hpp"

namespace holdfast::report {

/// Whether a run can be written to `directory`: it must not exist or be empty, and be writable. Changes nothing.
/// @param option  what the messages name, e.g. "--out"
diagnostics check_run_folder(std::string const& directory, std::string const& option);

/// What a run leaves on disk, written as it goes:
///
///     run.json         what was asked for; at the end the whole report ("state" tells which)
///     timeline.ndjson  a line an interval, about a second each
///     latency.hlog     response times, a line an interval and request name (the tag): see HdrHistogram
///     service.hlog     service times, the same
///     failures.ndjson  a line a failed request
///
/// Everything up to the last full second is in the files when the process is killed. A write that fails ends the
/// writing, not the run: the first problem is kept, and what is there stays. One thread at a time.
class run_folder {
 public:
  /// Makes the directory and the files.
  static result<run_folder, diagnostics> create(std::string const& directory, std::string const& option);

  void begin(load_description const& about, time_point start, wall_time start_stamp);
  void add(load::interval_record const& interval);
  /// Puts the report, which tells where this folder is, into run.json.
  void finish(load_report const& report);

  written_folder state() const { return {.path = directory_, .problem = problem_}; }

 private:
  struct files {
    output_file timeline, failures, latency, service;
  };
  run_folder(std::string directory, files opened) : directory_{std::move(directory)}, files_{std::move(opened)} {}

  std::string run_json() const { return directory_ + "/run.json"; }
  void keep(output_file const& file, result<void> const& written);
  void add_histograms(load::interval_record const& interval);

  std::string directory_;
  files files_;
  std::vector<std::string> names_;
  time_point start_;
  std::string problem_;
};

}  // namespace holdfast::report
