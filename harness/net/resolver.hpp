#pragma once

#include <string>
#include <vector>

#include <boost/asio/generic/stream_protocol.hpp>

#include "core/result.hpp"
#include "net/origin.hpp"

namespace holdfast::net {

using stream_endpoint = boost::asio::generic::stream_protocol::endpoint;

/// All addresses of an origin, or of the proxy before it, in the order of the system's resolver (RFC 6724): the unix
/// socket alone where one is set. Blocks while it asks: not for a shard's thread. The error is the resolver's own
/// sentence, e.g. "Name or service not known".
result<std::vector<stream_endpoint>, std::string> resolve(origin const& to);

/// "127.0.0.1:80", "[::1]:80", "unix:/run/app.sock".
std::string to_string(stream_endpoint const& endpoint);

/// The address is this machine's own (127/8, ::1, a unix socket).
bool is_loopback(stream_endpoint const& endpoint);

}  // namespace holdfast::net
