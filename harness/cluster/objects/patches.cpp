#include "cluster/objects/patches.hpp"

#include <array>
#include <string>
#include <utility>

namespace holdfast::cluster {
namespace {

constexpr std::array<std::pair<std::string_view, patch_type>, 5> content_types{{
    {"application/json-patch+json", patch_type::json_patch},
    {"application/merge-patch+json", patch_type::merge},
    {"application/strategic-merge-patch+json", patch_type::strategic},
    {"application/apply-patch+yaml", patch_type::apply},
    {"application/apply-patch+cbor", patch_type::apply},
}};

api_error unsupported_media_type(std::string message) {
  return {.code = 415, .reason = "UnsupportedMediaType", .message = std::move(message)};
}

}  // namespace

api_result<patch_type> patch_type_of(std::string_view content_type) {
  auto word = content_type.substr(0, content_type.find(';'));
  word = word.substr(0, word.find_last_not_of(' ') + 1);
  for (auto const& [name, type] : content_types) {
    if (name == word) return type;
  }
  return unsupported_media_type(
      "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, "
      "application/merge-patch+json, application/strategic-merge-patch+json");
}

api_result<json> patched(resource_kind const& kind, json object, json const& patch, patch_type type) {
  switch (type) {
    case patch_type::json_patch:
      return json_patched(std::move(object), patch);
    case patch_type::merge:
      if (!patch.is_object()) return bad_request("a merge patch has to be an object");
      return {boost::system::in_place_value, merge_patched(std::move(object), patch)};
    case patch_type::strategic:
      if (!patch.is_object()) return bad_request("a strategic merge patch has to be an object");
      return strategic_patched(&schema_of(kind), std::move(object), patch);
    case patch_type::apply:
      break;
  }
  return unsupported_media_type(
      "server-side apply is not supported by the local cluster: it does not keep who owns which field. Use \"kubectl "
      "apply\" without --server-side");
}

json merge_patched(json object, json const& patch) {
  object.merge_patch(patch);
  return object;
}

}  // namespace holdfast::cluster
