#pragma once

#include "cluster/objects/api_error.hpp"
#include "cluster/objects/json.hpp"
#include "net/http_server.hpp"

namespace holdfast::cluster {

/// The body of a request, which is not empty, by its Content-Type: JSON or Kubernetes' protobuf, JSON where none is
/// given. Which patches there are is not looked at: all that are carried out are JSON.
/// @error  415 for any other form; 400 and 413 as in `parse_body` and `parse_protobuf_body`.
api_result<json> body_of(net::http_request const& request);

}  // namespace holdfast::cluster
