#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "load/interval_record.hpp"

namespace holdfast::load {

/// A request in flight, as the recorder needs it.
struct request_times {
  time_point intended;  ///< when the schedule asked for it
  time_point started;   ///< when its first attempt was sent
};

/// Where a failure happened; looked at for failures only.
struct failure_place {
  std::uint64_t user = 0;
  std::uint64_t connection = 0;
  std::string peer;
  std::string detail;
};

/// Counts what a shard does, into one interval after the other. Pure bookkeeping over values and time points; the hot
/// calls do not allocate. One object a shard; used by its thread only.
class recorder {
 public:
  /// @param names       how many request names there are
  /// @param late_after  slip from which a request counts as late
  recorder(std::uint32_t shard, std::size_t names, nanoseconds late_after, time_point now);

  void scheduled() { ++record_->ledger.scheduled; }
  void dropped(std::uint64_t count = 1) { record_->ledger.dropped += count; }
  void queued(std::size_t queue_length);
  void request_started(request_times const& times, time_point now);
  void attempt_begun() { ++record_->attempts; }
  /// A connection could not be had for want of a descriptor, port or memory of this machine.
  void own_limit_hit() { ++record_->own_limit_hits; }
  void connection_opened() { ++record_->connections_opened; }
  void traffic(std::uint64_t received, std::uint64_t body_bytes, std::uint64_t sent) {
    record_->bytes_received += received;
    record_->body_bytes += body_bytes;
    record_->bytes_sent += sent;
  }
  /// The request was answered: `verdict` says how.
  void request_answered(std::uint32_t name, request_times const& times, time_point ended, outcome verdict,
                        std::uint16_t status);
  /// The request ended without an answer that can be timed; censored reasons enter the distributions as "at least".
  void request_failed(std::uint32_t name, request_times const& times, time_point ended, outcome reason);
  /// Details of the request that just failed.
  void keep_failure(std::uint32_t name, request_times const& times, time_point ended, outcome reason,
                    std::uint16_t status, failure_place place);
  void loop_lag(nanoseconds lag) { record_->loop_lag.record(lag); }

  std::uint64_t in_flight() const { return in_flight_; }

  /// Closes the interval at `now` and begins the next one in `fresh`, an empty record that may be reused memory.
  std::unique_ptr<interval_record> swap(time_point now, nanoseconds thread_cpu, std::unique_ptr<interval_record> fresh);

 private:
  void advance_in_flight(time_point now, std::int64_t change);

  std::unique_ptr<interval_record> record_;
  nanoseconds late_after_;
  nanoseconds cpu_before_{};
  time_point in_flight_since_;
  std::uint64_t in_flight_ = 0;
  std::uint32_t shard_;
  std::size_t names_;
};

}  // namespace holdfast::load
