#pragma once

#include <optional>
#include <string_view>

#include "cluster/objects/json.hpp"
#include "cluster/objects/resource_kind.hpp"

namespace holdfast::cluster {

/// Another version in which a kind is served: objects are stored in the kind's own.
struct served_version {
  resource_kind const* kind = nullptr;
  std::string_view group;
  std::string_view version;
};

/// autoscaling/v1 HorizontalPodAutoscaler and events.k8s.io/v1 Event; nullptr for every other.
served_version const* find_served_version(std::string_view api_version, std::string_view kind);
/// By the parts of an API path.
served_version const* find_served_resource(std::string_view group, std::string_view version, std::string_view plural);

/// "autoscaling/v1".
std::string api_version_of(served_version const& version);

/// From that version into the stored one. What is of the wrong type is carried over for validation to tell.
json to_stored(served_version const& from, json object);

/// From the stored version into that one. What autoscaling/v1 has no field for travels in annotations, so that nothing
/// is lost on the way there and back.
json from_stored(served_version const& to, json object);

}  // namespace holdfast::cluster
