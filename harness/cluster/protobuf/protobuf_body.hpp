#pragma once

#include <cstddef>
#include <string_view>

#include "cluster/objects/api_error.hpp"
#include "cluster/objects/json.hpp"

namespace holdfast::cluster {

/// The media type of what `parse_protobuf_body` reads.
inline constexpr std::string_view protobuf_media_type = "application/vnd.kubernetes.protobuf";

/// A body in Kubernetes' protobuf form, which is an envelope that names apiVersion and kind around the object's
/// message, as the JSON that a client would have sent for the same object.
/// @error  413 above `most_bytes` (Kubernetes: 3 MiB), 415 for kinds that are not read in this form, 400 for what is no
///         such body or holds what its kind does not.
api_result<json> parse_protobuf_body(std::string_view body, std::size_t most_bytes = 3UL * 1024 * 1024);

}  // namespace holdfast::cluster
