#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::analysis {

/// What a metric's number counts; a limit of a check has to be written in the same.
enum class metric_unit : std::uint8_t {
  share,            ///< 0 to 1, written "99.9%"
  duration,         ///< written "250ms"
  per_second,       ///< written "500/s"
  per_minute,       ///< written "30/m"
  count,            ///< whole numbers: requests, replicas, windows
  number,           ///< a ratio or factor without a unit
  replica_seconds,  ///< replicas times seconds
  yes_or_no,        ///< 1 or 0
};

/// "%", "duration", "1/s": for people and for JSON.
std::string_view name_of(metric_unit unit);
/// How a limit in that unit is written, e.g. "99.9%".
std::string_view example_of(metric_unit unit);

/// Which way a metric moves when the system does better.
enum class metric_direction : std::uint8_t { higher_is_better, lower_is_better, neutral };
std::string_view name_of(metric_direction direction);

/// One metric, or a family of them: "<name>" in the name stands for a service, Deployment, fault or the like.
struct metric_definition {
  std::string_view name;  ///< "availability", "breaker.<name>.time_to_open"
  metric_unit unit;
  metric_direction better;
  std::string_view formula;  ///< what the number is; published sources are named in it
  std::string_view source;   ///< what it is computed from: "requests", "events", "requests, events"
};

/// Every metric that a run can have, in the order in which reports show them. Lives as long as the program.
std::span<metric_definition const> metric_catalogue();

/// Whether `name` is that metric, or one of that family. A placeholder stands for one or more characters without a dot.
bool is_instance_of(std::string_view name, std::string_view pattern);

/// What is in the place of the pattern's placeholders, in their order; empty when `name` is not of that family.
std::vector<std::string_view> placeholders_in(std::string_view name, std::string_view pattern);

/// The definition of a metric by the name that a check uses ("breaker.book.time_to_open"); null when there is none.
metric_definition const* find_metric(std::string_view name);

/// The metric that was probably meant by an unknown name, with the placeholders filled in as they were given; empty
/// when nothing is near.
std::string nearest_metric(std::string_view name);

}  // namespace holdfast::analysis
