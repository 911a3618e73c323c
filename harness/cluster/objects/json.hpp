#pragma once

#include <nlohmann/json.hpp>

namespace holdfast::cluster {

/// A Kubernetes object, or a part of one.
using json = nlohmann::json;

}  // namespace holdfast::cluster
