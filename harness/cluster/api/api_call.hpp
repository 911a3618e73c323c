#pragma once

// Inside of the API server's sources only.

#include <string>
#include <utility>

#include "cluster/api/api_server.hpp"

namespace holdfast::cluster {

/// One request, read.
struct api_server::call {
  net::http_request const& request;
  api_path path;
  query_map query;
  served_kind served;
  object_format format;
  json body;  ///< null when there was none

  object_key key() const { return {path.name_space, path.name}; }
};

inline net::http_reply plain_reply(std::string text) {
  return {.answer = {.content_type = "text/plain", .body = std::move(text)}, .stream = nullptr};
}

inline net::http_reply json_reply(json const& document, unsigned status = 200) {
  return {.answer = {.status = status, .body = document.dump(-1, ' ', false, json::error_handler_t::replace)},
          .stream = nullptr};
}

inline api_error no_such_resource() {
  return {.code = 404, .reason = "NotFound", .message = "the server could not find the requested resource"};
}

inline api_error not_implemented(std::string message) {
  return {.code = 501, .reason = "NotImplemented", .message = std::move(message)};
}

/// A parameter that is there and not off.
inline bool is_on(query_map const& query, std::string_view name) {
  auto const found = query.find(name);
  return found != query.end() && found->second != "false" && found->second != "0" && !found->second.empty();
}

}  // namespace holdfast::cluster
