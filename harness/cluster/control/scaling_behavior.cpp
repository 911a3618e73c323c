#include "cluster/control/scaling_behavior.hpp"

namespace holdfast::cluster {
namespace {

constexpr std::chrono::seconds default_policy_period{15};
scaling_policy const double_it{scaling_policy::kind::percent, 100, default_policy_period};
scaling_policy const four_pods{scaling_policy::kind::pods, 4, default_policy_period};

}  // namespace

scaling_rules scale_up_rules(scaling_rules_given const& given) {
  return {given.stabilization.value_or(nanoseconds{0}), given.select.value_or(select_policy::max_change),
          given.policies.value_or(std::vector{four_pods, double_it}), given.tolerance};
}

scaling_rules scale_down_rules(scaling_rules_given const& given, nanoseconds downscale_stabilization) {
  return {given.stabilization.value_or(downscale_stabilization), given.select.value_or(select_policy::max_change),
          given.policies.value_or(std::vector{double_it}), given.tolerance};
}

}  // namespace holdfast::cluster
