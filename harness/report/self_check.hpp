#pragma once

#include "load/validity.hpp"
#include "report/load_report.hpp"

namespace holdfast::report {

/// What the verdict on the measurement rests on, taken from a report that has everything but that verdict.
/// @param request_seconds  integral of the number of requests in flight over time
load::validity_input self_check_of(load_report const& report, double request_seconds);

}  // namespace holdfast::report
