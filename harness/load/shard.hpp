#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "core/result.hpp"
#include "load/interval_record.hpp"
#include "load/load_settings.hpp"
#include "net/http1_connection.hpp"

namespace holdfast::load {

/// One part of a load run: a thread's worth of users with their connections, schedule, limits of time and records.
/// Nothing is shared between shards. run() belongs to the shard's thread; the other calls may come from any thread.
class shard {
 public:
  /// Gets each finished interval, on the shard's thread. `is_last` once, at the end.
  using interval_sink = std::function<void(std::unique_ptr<interval_record> record, bool is_last)>;

  /// `addresses` are those of settings.origins, in that order. Everything referenced outlives the shard.
  shard(std::uint32_t index, load_settings const& settings, std::vector<net::address_list> addresses,
        script_factory const& make_script, interval_sink sink);
  ~shard();

  /// Carries the load out; `start` is offset 0 of the schedule. Returns when the last request has ended.
  void run(time_point start);

  /// After run(): how many connections were open, or being opened, at the same time at most.
  std::uint64_t peak_connections() const;

  /// Closes the running interval and hands it to the sink. `reuse` is an empty record whose memory may serve again.
  void collect(std::unique_ptr<interval_record> reuse);
  /// No new requests; those in flight may end within the drain limit.
  void stop();

 private:
  class state;
  std::unique_ptr<state> state_;
};

}  // namespace holdfast::load
