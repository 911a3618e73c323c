#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kit/http/message.hpp"

namespace holdfast::gateway {

using fields = std::vector<kit::header>;

/// First value of the field, by any case of its name (which is given in lower case).
std::optional<std::string_view> value_of(fields const& in, std::string_view lower_name);

/// Without the fields that concern one connection only (RFC 9110, 7.6.1), among them those that Connection names, and
/// without Transfer-Encoding and Content-Length: framing is each connection's own. Host cannot be named away.
fields end_to_end(fields const& from);

/// What the gateway knows of a request beside its fields.
struct request_origin {
  std::string_view peer_address;  ///< "127.0.0.1", without port
  std::string_view correlation_id;
  std::optional<std::string_view> host;  ///< to send in the place of the client's Host field
};
/// Fields for the backend: end to end, X-Forwarded-For extended, X-Forwarded-Proto and -Host kept or added, correlation
/// id set, Via extended.
fields fields_for_backend(fields const& from_client, request_origin const& origin);

/// Fields for the client: end to end, with the gateway's CORS fields in the place of the backend's own. Those of
/// `ours`, and the correlation id, are added where the backend gave none of that name.
fields fields_for_client(fields const& from_backend, fields const& request, fields const& ours,
                         std::string_view correlation_id);

/// Any origin, with credentials: names the request's Origin; nothing for requests without one.
void add_cors(fields& to, fields const& request);

/// Fields of the answer when the request is a CORS preflight: any method, any header.
std::optional<fields> preflight(std::string_view method, fields const& request);

/// "HTTP/1.1 200 OK\r\n" or "GET /x HTTP/1.1\r\n", fields and the empty line.
std::string head_text(std::string_view first_line, fields const& all);

/// A repeated request changes nothing and is answered as the first was (a safe method; RFC 9110, 9.2.1), or the backend
/// knows it again by its Idempotency-Key.
bool may_be_repeated(std::string_view method, fields const& request);

}  // namespace holdfast::gateway
