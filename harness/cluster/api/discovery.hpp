#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cluster/objects/json.hpp"

namespace holdfast::cluster {

// What a client asks before it asks for objects: which groups, versions and resources there are.

json core_versions(std::string_view server_address);   ///< GET /api
json api_groups();                                     ///< GET /apis
std::optional<json> api_group(std::string_view name);  ///< GET /apis/apps
/// GET /api/v1 or /apis/apps/v1; nothing when that version is not served.
std::optional<json> api_resources(std::string_view group, std::string_view version);
json version_info();  ///< GET /version

/// An OpenAPI v2 document without definitions in its protobuf form (message openapi.v2.Document): clients that check
/// objects by it before sending find nothing to object to; the server checks them itself.
std::string openapi_v2_protobuf();
/// The same as JSON.
json openapi_v2_json();

}  // namespace holdfast::cluster
