#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/proxy/ipv4_endpoint.hpp"
#include "cluster/proxy/proxy_endpoints.hpp"
#include "core/clock.hpp"

namespace holdfast::cluster {

/// How a connection through the proxy ended.
enum class connection_end : std::uint8_t {
  by_client,           ///< the client finished first
  by_pod,              ///< the pod finished first
  reset_by_client,     ///<
  reset_by_pod,        ///<
  refused,             ///< the pod refused it: the client was reset
  no_endpoint,         ///< the last endpoint went between connect and accept: the client was reset
  connect_failed,      ///< the pod could not be reached for another reason: the client was reset
  out_of_descriptors,  ///< this process could not open another socket: the client was reset
  by_fault,            ///< a fault ended it
  by_proxy,            ///< the proxy was stopped
};

std::string_view to_string(connection_end end);

/// One connection through the proxy, from accept to close.
struct connection_record {
  shared_name service;
  ipv4_endpoint client;
  shared_name pod;   ///< null when there was no endpoint
  ipv4_endpoint to;  ///< of the pod
  time_point start;
  time_point end;
  std::uint64_t bytes_to_pod = 0;     ///< passed on, not only taken
  std::uint64_t bytes_to_client = 0;  ///< passed on, not only taken
  connection_end how = connection_end::by_client;
  std::string fault;  ///< name of the fault that ended it
};

/// What happened to the proxy or to a Service of it.
struct proxy_event {
  enum class kind : std::uint8_t {
    accepting,           ///< a Service takes connections
    refusing,            ///< it refuses them; the text says why
    hanging,             ///< their connects stay unanswered
    out_of_descriptors,  ///< connections wait to be accepted; at most once a second
    too_many,            ///< the same: the limit of connections is reached
    listen_failed,       ///< an address could not be listened on again
  };
  time_point at;
  kind what;
  shared_name service;
  std::string text;
};

std::string_view to_string(proxy_event::kind what);

/// Gets what the proxy saw. Called on the proxy's thread: hand it on quickly, and do not call the proxy from it.
class proxy_sink {
 public:
  virtual ~proxy_sink() = default;
  virtual void on_connections(std::vector<connection_record> ended) = 0;
  virtual void on_event(proxy_event event) = 0;
};

}  // namespace holdfast::cluster
