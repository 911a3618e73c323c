#pragma once

#include <cstddef>
#include <memory>

#include "net/http1_connection.hpp"

namespace holdfast::net {

/// One connection for several owners, whose requests are sent without waiting for the answers to those before (HTTP/1.1
/// pipelining, RFC 9112 9.3.2). Each owner has a lane, which looks like a connection of its own.
///
/// The answers come in the order of the requests. So whatever ends the connection ends all exchanges on it: those
/// behind the failed one, or behind one that its owner gave up, fail as closed early. Only what stands behind an answer
/// that announced the end ("Connection: close", or a body that ends with the connection) was certainly not worked on:
/// it is sent again on a new connection.
class http1_pipeline {
 public:
  virtual ~http1_pipeline() = default;
  /// A lane for one more owner. It keeps the pipeline alive. Closing an idle lane closes nothing while others are busy.
  virtual std::unique_ptr<client_connection> add_lane(connection_events& events) = 0;
};

/// Run the context dry before destroying it and its lanes.
std::shared_ptr<http1_pipeline> make_http1_pipeline(connection_environment& environment, origin const& to,
                                                    address_list& addresses);

}  // namespace holdfast::net
