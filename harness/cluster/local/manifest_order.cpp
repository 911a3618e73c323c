#include "cluster/local/manifest_order.hpp"

#include <algorithm>
#include <array>

namespace holdfast::cluster {
namespace {

std::array const first_kinds{&kinds::name_space, &kinds::service_account,         &kinds::config_map,
                             &kinds::secret,     &kinds::persistent_volume_claim, &kinds::service};

}  // namespace

creation_steps creation_steps_of(std::span<manifest const> manifests) {
  creation_steps steps;
  for (auto const* const kind : first_kinds) {
    for (auto const& each : manifests) {
      if (each.kind == kind) steps.before_pods.push_back(&each);
    }
  }
  for (auto const& each : manifests) {
    if (std::ranges::find(first_kinds, each.kind) == first_kinds.end()) steps.others.push_back(&each);
  }
  return steps;
}

}  // namespace holdfast::cluster
