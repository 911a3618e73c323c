#pragma once

#include <span>
#include <string>

#include "core/clock.hpp"
#include "core/result.hpp"
#include "net/origin.hpp"
#include "net/resolver.hpp"
#include "net/tls_context.hpp"

namespace holdfast::net {

/// Opens one connection to the first of the addresses that takes it, shakes hands when the origin is https, and closes.
/// Sends no request. Blocks for at most `limit`: not for a shard's thread. The error is a sentence without full stop,
/// e.g. "127.0.0.1:8080: Connection refused". `tls` is needed for https.
result<void, std::string> probe_connection(origin const& to, std::span<stream_endpoint const> addresses,
                                           tls_context* tls, nanoseconds limit);

}  // namespace holdfast::net
