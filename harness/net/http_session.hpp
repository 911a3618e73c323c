#pragma once

#include <memory>

#include <boost/asio/awaitable.hpp>

#include "net/http_server.hpp"
#include "net/server_stream.hpp"

namespace holdfast::net {

/// Reads requests from a connection and answers them, until either side ends it. What is given by reference outlives
/// the coroutine.
boost::asio::awaitable<void> serve_http(std::unique_ptr<server_stream> stream, http_handler const& handler,
                                        http_server_limits const& limits);

}  // namespace holdfast::net
