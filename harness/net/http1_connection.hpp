#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "core/clock.hpp"
#include "net/client_connection.hpp"
#include "net/origin.hpp"
#include "net/resolver.hpp"

namespace holdfast::net {

class tls_context;

/// The addresses of one origin as a shard knows them. The one that answered last is tried first.
struct address_list {
  std::vector<stream_endpoint> addresses;
  std::size_t preferred = 0;
};

/// What all connections of a shard share. Outlives them.
struct connection_environment {
  boost::asio::io_context& context;
  tls_context* tls = nullptr;  ///< needed for https origins
  scan_limits limits{};
  head_memo known_head{};
  std::uint64_t next_connection_id = 1;                        ///< counted up at each opening
  std::uint64_t open_connections = 0;                          ///< and those that are being opened
  std::uint64_t peak_connections = 0;                          ///< most of them at the same time
  std::vector<char> scratch = std::vector<char>(64UL * 1024);  ///< for what does not fit a connection's own buffer
};

/// An HTTP/1.1 connection on Asio's reactor, as a state machine of callbacks: a coroutine frame a request would cost an
/// allocation and a tenth of the request's CPU time. Call on_shard_end() of all and run the context dry before
/// destroying.
std::unique_ptr<client_connection> make_http1_connection(connection_environment& environment, connection_events& events,
                                                         origin const& to, address_list& addresses);

}  // namespace holdfast::net
