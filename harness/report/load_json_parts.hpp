#pragma once

#include <nlohmann/json.hpp>

#include "report/load_report.hpp"

namespace holdfast::report {

/// Keys stay in the order in which they were set. For this module's .cpp files only: the header is large.
using json = nlohmann::ordered_json;

/// Microseconds to the nanosecond.
double microseconds(nanoseconds time);

/// One object of figures, keys with their unit.
json json_of(time_figures const& figures);

/// What was asked for: rates and times, limits, TLS.
json json_of(load::load_settings const& settings);

json json_of(load_description const& about, bool with_scenario_text);
json json_of(generator_report const& generator);
json json_of(load::validity_verdict const& verdict, std::vector<load::broken_equation> const& broken);

/// By outcome, those that did not occur too.
json json_of(std::array<std::uint64_t, load::outcome_count> const& outcomes);

/// One line of compact text. Bytes that are not UTF-8 become replacement characters.
std::string compact(json const& value);

}  // namespace holdfast::report
