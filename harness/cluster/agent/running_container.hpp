#pragma once

#include <string>

#include "cluster/node/resource_sampler.hpp"
#include "cluster/objects/object_meta.hpp"

namespace holdfast::cluster {

/// One container that runs now.
struct running_container {
  object_key pod;
  std::string name;
  sampled_container sampled;
};

}  // namespace holdfast::cluster
