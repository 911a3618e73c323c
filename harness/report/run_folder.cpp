#include "report/run_folder.hpp"

#include <filesystem>
#include <utility>

#include <unistd.h>

#include "report/load_json.hpp"

namespace holdfast::report {
namespace {

namespace fs = std::filesystem;

diagnostic folder_problem(std::string const& directory, std::string const& option, std::string problem,
                          std::string fix) {
  return {.file = "command line",
          .field = option,
          .value = directory,
          .problem = std::move(problem),
          .fix = std::move(fix)};
}

/// The directory itself or the nearest one above it that exists.
fs::path nearest_existing(fs::path path) {
  std::error_code ignored;
  while (!fs::exists(path, ignored) && path.has_relative_path() && path != path.parent_path())
    path = path.parent_path();
  return path;
}

stats::text_sink sink_into(output_file& file) {
  return [&file](std::string_view text) -> result<void> {
    file.append(text);
    return {};
  };
}

/// Into memory, so it cannot fail; flush() tells how writing went.
void begin_log(output_file& file, std::string_view what, wall_time start) {
  stats::histogram_log_writer log{sink_into(file)};
  (void)log.comment(what);
  (void)log.comment(
      "Times in nanoseconds. The tag is the request's name. Requests that ran into a limit of time, or into the "
      "end of the run, are in it with the time that they had taken until then.");
  (void)log.begin(start);
}

void add_to_log(output_file& file, std::string const& name, load::interval_record const& interval, time_point start,
                stats::censored_distribution const& values) {
  if (values.empty()) return;
  stats::histogram_log_writer log{sink_into(file)};
  auto const began = std::max(interval.began - start, nanoseconds{0});
  auto const length = std::max(interval.ended - interval.began, nanoseconds{0});
  (void)log.interval(name, began, length, values.with_censored_at_their_bounds());
}

}  // namespace

diagnostics check_run_folder(std::string const& directory, std::string const& option) {
  std::error_code problem;
  auto const at = fs::absolute(directory, problem);
  auto const there = fs::status(at, problem);
  if (fs::exists(there)) {
    if (!fs::is_directory(there)) {
      return {folder_problem(directory, option, "is a file, not a directory", "Name a new directory.")};
    }
    auto const is_empty = fs::is_empty(at, problem);
    if (problem) {
      return {folder_problem(directory, option, "cannot be read: " + problem.message(), "Name another directory.")};
    }
    if (!is_empty) {
      return {folder_problem(directory, option, "is not empty, and nothing is overwritten",
                             "Name a new directory, or empty this one first.")};
    }
  }
  auto const base = nearest_existing(at);
  if (!fs::is_directory(base, problem)) {
    return {folder_problem(directory, option, "cannot be made: \"" + base.string() + "\" is not a directory",
                           "Name another directory.")};
  }
  if (::access(base.c_str(), W_OK | X_OK) != 0) {
    return {folder_problem(directory, option, "cannot be written: no permission in \"" + base.string() + '"',
                           "Name another directory, or change its permissions.")};
  }
  return {};
}

result<run_folder, diagnostics> run_folder::create(std::string const& directory, std::string const& option) {
  auto problems = check_run_folder(directory, option);
  if (!problems.empty()) return problems;
  std::error_code failure;
  fs::create_directories(directory, failure);
  if (failure) {
    return diagnostics{
        folder_problem(directory, option, "cannot be made: " + failure.message(), "Name another directory.")};
  }
  auto const open = [&](std::string const& name) {
    auto file = output_file::create(directory + '/' + name);
    if (!file) {
      problems.push_back(folder_problem(directory + '/' + name, option, "cannot be made: " + file.error().message(),
                                        "Name another directory, or make room."));
    }
    return file;
  };
  auto timeline = open("timeline.ndjson");
  auto failures = open("failures.ndjson");
  auto latency = open("latency.hlog");
  auto service = open("service.hlog");
  if (!problems.empty()) return problems;
  return run_folder{directory, {*std::move(timeline), *std::move(failures), *std::move(latency), *std::move(service)}};
}

void run_folder::begin(load_description const& about, time_point start, wall_time start_stamp) {
  start_ = start;
  names_ = about.settings.request_names;
  begin_log(files_.latency, "Response times of holdfast load: from when each request was due.", start_stamp);
  begin_log(files_.service, "Service times of holdfast load: from when each request was sent.", start_stamp);
  keep(files_.latency, files_.latency.flush());
  keep(files_.service, files_.service.flush());
  if (!problem_.empty()) return;
  auto const written = replace_file(run_json(), begun_run_json(about, start_stamp));
  if (!written) problem_ = run_json() + ": " + written.error().message();
}

void run_folder::keep(output_file const& file, result<void> const& written) {
  if (!written && problem_.empty()) problem_ = file.path() + ": " + written.error().message();
}

void run_folder::add_histograms(load::interval_record const& interval) {
  for (std::size_t i = 0; i < interval.requests.size() && i < names_.size(); ++i) {
    add_to_log(files_.latency, names_[i], interval, start_, interval.requests[i].response);
    add_to_log(files_.service, names_[i], interval, start_, interval.requests[i].service);
  }
}

void run_folder::add(load::interval_record const& interval) {
  // After a failed write the rest would have holes, which is worse than an end.
  if (!problem_.empty()) return;
  files_.timeline.append(timeline_line(interval, start_));
  for (auto const& failure : interval.failures) {
    auto const name = failure.name < names_.size() ? std::string_view{names_[failure.name]} : std::string_view{};
    files_.failures.append(failure_line(failure, start_, name));
  }
  add_histograms(interval);
  for (auto* const file : {&files_.timeline, &files_.failures, &files_.latency, &files_.service}) {
    keep(*file, file->flush());
  }
}

void run_folder::finish(load_report const& report) {
  auto const written = replace_file(run_json(), load_json(report, json_detail::record));
  if (!written && problem_.empty()) problem_ = run_json() + ": " + written.error().message();
}

}  // namespace holdfast::report
