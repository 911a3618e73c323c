#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/clock.hpp"

namespace holdfast::cluster {

/// How much one direction may change within a period.
struct scaling_policy {
  enum class kind { pods, percent };
  kind type = kind::pods;
  std::int32_t value = 0;
  nanoseconds period{};
};

enum class select_policy { max_change, min_change, disabled };

/// One direction of an autoscaler's behavior, complete.
struct scaling_rules {
  nanoseconds stabilization{};
  select_policy select = select_policy::max_change;
  std::vector<scaling_policy> policies{};
  std::optional<double> tolerance{};  ///< absent: the controller's
};

struct scaling_behavior {
  scaling_rules up{};
  scaling_rules down{};
};

/// One direction as the object gives it: absent fields are to be filled.
struct scaling_rules_given {
  std::optional<nanoseconds> stabilization{};
  std::optional<select_policy> select{};
  std::optional<std::vector<scaling_policy>> policies{};
  std::optional<double> tolerance{};
};

/// Kubernetes: window 0, Max, Pods 4 per 15 s and Percent 100 per 15 s for what is absent.
scaling_rules scale_up_rules(scaling_rules_given const& given);

/// Kubernetes: the controller's window, Max, Percent 100 per 15 s for what is absent.
scaling_rules scale_down_rules(scaling_rules_given const& given, nanoseconds downscale_stabilization);

}  // namespace holdfast::cluster
