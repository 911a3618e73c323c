#include "cluster/control/probe_settings.hpp"

#include <fmt/format.h>

namespace holdfast::cluster {
namespace {

void require_at_least(std::vector<unit_error>& problems, char const* field, std::int64_t value, std::int64_t minimum) {
  if (value >= minimum) return;
  problems.push_back({fmt::format("{} is {}, below {}", field, value, minimum),
                      fmt::format("Write {} or more, or leave it out", minimum)});
}

}  // namespace

std::vector<unit_error> problems_of(probe_settings const& settings, probe_type type) {
  std::vector<unit_error> problems;
  require_at_least(problems, "initialDelaySeconds", settings.initial_delay.count(), 0);
  require_at_least(problems, "periodSeconds", settings.period.count(), 1);
  require_at_least(problems, "timeoutSeconds", settings.timeout.count(), 1);
  require_at_least(problems, "successThreshold", settings.success_threshold, 1);
  require_at_least(problems, "failureThreshold", settings.failure_threshold, 1);
  if (settings.termination_grace) {
    require_at_least(problems, "terminationGracePeriodSeconds", settings.termination_grace->count(), 1);
  }
  if (type == probe_type::readiness && settings.termination_grace) {
    problems.push_back({"a readiness probe has a terminationGracePeriodSeconds",
                        "It never ends a container: remove it, or move it to the liveness probe"});
  }
  if (type != probe_type::readiness && settings.success_threshold > 1) {
    problems.push_back({fmt::format("successThreshold is {} for a {} probe", settings.success_threshold, text_of(type)),
                        "It has to be 1 for liveness and startup probes"});
  }
  return problems;
}

std::string_view text_of(probe_type type) {
  switch (type) {
    case probe_type::readiness:
      return "Readiness";
    case probe_type::liveness:
      return "Liveness";
    case probe_type::startup:
      break;
  }
  return "Startup";
}

}  // namespace holdfast::cluster
