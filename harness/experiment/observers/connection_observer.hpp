#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "cluster/proxy/connection_record.hpp"
#include "experiment/timeline.hpp"

namespace holdfast::experiment {

/// How many connections of a Service ended how: by the texts of connection_end.
using connection_counts = std::map<std::string, std::map<std::string, std::uint64_t>>;

/// What a record tells, if its connection did not end by itself. Connections of probes of faults tell nothing.
std::optional<timeline_event> event_of(cluster::connection_record const& record, time_point run_start);
timeline_event event_of(cluster::proxy_event const& event);

/// Takes what the service proxy saw from the proxy's thread to the timeline's. Every function but on_...() is called on
/// the executor's thread. When too many records wait there, the rest is only counted.
class connection_observer final : public cluster::proxy_sink {
 public:
  connection_observer(boost::asio::any_io_executor executor, timeline& to, std::size_t most_waiting = 100'000);
  ~connection_observer() override;  ///< after the proxy

  void on_connections(std::vector<cluster::connection_record> ended) override;
  void on_event(cluster::proxy_event event) override;

  /// Puts on the timeline what waits, without waiting for the loop.
  void drain();
  /// Of all connections so far.
  connection_counts counts() const;
  std::uint64_t not_told() const;  ///< records that were only counted

 private:
  struct told_event {
    time_point at;
    timeline_event event;
  };
  struct shared_part;

  void take(std::vector<told_event> events, std::uint64_t surplus);

  boost::asio::any_io_executor executor_;
  timeline& timeline_;
  std::size_t most_waiting_;
  std::shared_ptr<shared_part> part_;
};

}  // namespace holdfast::experiment
