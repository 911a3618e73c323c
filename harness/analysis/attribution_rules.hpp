#pragma once

#include <optional>
#include <set>
#include <string>

#include "analysis/attribution.hpp"

namespace holdfast::analysis {

/// One failed request with what the platform saw of its way.
struct failure_case {
  failed_request const& request;
  platform_history const& history;
  attribution_settings const& settings;
  std::string service;                            ///< that the caller connected to; empty when it is not known
  std::set<std::string> path;                     ///< it and all that it calls; empty: any
  broken_connection const* connection = nullptr;  ///< the one that this request was on, or that failed it

  nanoseconds from() const { return request.start - settings.slack; }
  nanoseconds to() const { return request.end + settings.slack; }
  bool is_on_path(std::string const& name) const { return path.empty() || path.contains(name); }
};

failure_case case_of(failed_request const& request, platform_history const& history,
                     attribution_settings const& settings);

/// What speaks for a cause; none when nothing does.
using evidence = std::optional<std::string>;

evidence injected_fault_in(failure_case const& of);
evidence pod_died_in(failure_case const& of);
evidence stale_endpoint_in(failure_case const& of);
evidence terminating_pod_in(failure_case const& of);
evidence not_ready_in(failure_case const& of);
evidence no_endpoint_in(failure_case const& of);
evidence overload_in(failure_case const& of);
evidence breaker_refusal_in(failure_case const& of);
evidence dependency_error_in(failure_case const& of);
evidence client_timeout_in(failure_case const& of);

}  // namespace holdfast::analysis
