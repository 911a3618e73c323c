#pragma once

#include <string_view>

#include "cluster/objects/api_error.hpp"
#include "cluster/objects/json.hpp"
#include "cluster/objects/object_schema.hpp"
#include "cluster/objects/resource_kind.hpp"

namespace holdfast::cluster {

enum class patch_type { json_patch, merge, strategic, apply };

/// By a Content-Type, with or without parameters: "application/strategic-merge-patch+json".
/// @error  415 for any other.
api_result<patch_type> patch_type_of(std::string_view content_type);

/// The object as the patch leaves it.
/// @error  400 for a patch that is none, 422 for one that does not fit the object, 415 for server-side apply: the local
///         cluster does not keep who owns which field.
api_result<json> patched(resource_kind const& kind, json object, json const& patch, patch_type type);

// One by one.

/// RFC 6902. At most 10,000 operations, as in Kubernetes, and copies of about 2 MiB in all.
api_result<json> json_patched(json object, json const& operations);

/// RFC 7386.
json merge_patched(json object, json const& patch);

/// Kubernetes' own: lists of objects are merged by the key that the schema names for them; with the directives
/// `$patch` (replace, delete, merge), `$retainKeys`, `$setElementOrder/list` and `$deleteFromPrimitiveList/list`.
/// A schema of null merges objects alone.
api_result<json> strategic_patched(object_schema const* schema, json object, json const& patch);

}  // namespace holdfast::cluster
