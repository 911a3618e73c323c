#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/units.hpp"

namespace holdfast::cluster {

enum class probe_type { readiness, liveness, startup };

/// When a probe runs and what its results count. Whole seconds, as in the object; defaults are those of Kubernetes.
struct probe_settings {
  std::chrono::seconds initial_delay{0};  ///< from the container's start
  std::chrono::seconds period{10};
  std::chrono::seconds timeout{1};
  std::int32_t success_threshold = 1;  ///< has to be 1 for liveness and startup
  std::int32_t failure_threshold = 3;
  std::optional<std::chrono::seconds> termination_grace{};  ///< liveness and startup only; absent: the pod's
};

/// What is wrong with them, all at once. Empty when they are sound.
std::vector<unit_error> problems_of(probe_settings const& settings, probe_type type);

/// Kubernetes: an HTTP probe succeeds for a status from 200 to 399. Redirects are followed on the same host; one that
/// leads elsewhere counts as success.
constexpr bool is_probe_success(int http_status) { return http_status >= 200 && http_status < 400; }

/// "Readiness", "Liveness", "Startup".
std::string_view text_of(probe_type type);

}  // namespace holdfast::cluster
