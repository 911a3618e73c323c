#pragma once

#include <string>
#include <string_view>

#include "load/interval_record.hpp"
#include "report/load_report.hpp"

namespace holdfast::report {

/// The version of everything below; load_result.schema.json describes it.
inline constexpr std::string_view load_schema = "holdfast.load/1";

enum class json_detail : std::uint8_t {
  result,  ///< for standard output: the scenario's file and hash
  record   ///< for run.json: its whole text too, so that the run can be repeated
};

/// The report as one JSON object, ended by a newline.
std::string load_json(load_report const& report, json_detail detail);

/// run.json of a run that has only begun ("state": "running"): what was asked for, and when it started.
std::string begun_run_json(load_description const& about, wall_time started_at);

/// A line of timeline.ndjson: what happened in one interval.
std::string timeline_line(load::interval_record const& interval, time_point start);

/// A line of failures.ndjson: one request that failed.
std::string failure_line(load::failure_record const& failure, time_point start, std::string_view request_name);

}  // namespace holdfast::report
