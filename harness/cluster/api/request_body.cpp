#include "cluster/api/request_body.hpp"

#include <algorithm>
#include <string>

#include "cluster/objects/bounded_json.hpp"
#include "cluster/protobuf/protobuf_body.hpp"

namespace holdfast::cluster {
namespace {

/// Without parameters, in small letters.
std::string media_type_of(std::string_view content_type) {
  auto word = content_type.substr(0, content_type.find(';'));
  word.remove_prefix(std::min(word.find_first_not_of(" \t"), word.size()));
  word = word.substr(0, word.find_last_not_of(" \t") + 1);
  std::string type{word};
  for (auto& c : type) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return type;
}

api_error unsupported_media_type() {
  return {.code = 415,
          .reason = "UnsupportedMediaType",
          .message =
              "the body of the request was in an unknown format - accepted media types include: "
              "application/json, application/vnd.kubernetes.protobuf"};
}

}  // namespace

api_result<json> body_of(net::http_request const& request) {
  auto const type = media_type_of(request.content_type);
  bool const is_patch = request.method == "PATCH";
  if (type == protobuf_media_type && !is_patch) return parse_protobuf_body(request.body);
  bool const is_json = type.empty() || type == "application/json" || (is_patch && type.ends_with("json"));
  // Server-side apply is refused by name, later.
  if (is_json || (is_patch && type == "application/apply-patch+yaml")) return parse_body(request.body);
  return unsupported_media_type();
}

}  // namespace holdfast::cluster
