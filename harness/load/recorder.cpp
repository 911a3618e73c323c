#include "load/recorder.hpp"

#include <algorithm>
#include <utility>

namespace holdfast::load {

recorder::recorder(std::uint32_t shard, std::size_t names, nanoseconds late_after, time_point now)
    : record_{std::make_unique<interval_record>()},
      late_after_{late_after},
      in_flight_since_{now},
      shard_{shard},
      names_{names} {
  record_->began = now;
  record_->requests.resize(names);
}

void recorder::queued(std::size_t queue_length) {
  ++record_->ledger.queued;
  record_->ledger.longest_queue = std::max<std::uint64_t>(record_->ledger.longest_queue, queue_length);
}

void recorder::request_started(request_times const& times, time_point now) {
  advance_in_flight(now, 1);
  ++record_->ledger.started;
  auto const slip = times.started - times.intended;
  record_->slip.record(slip);
  if (slip > late_after_) ++record_->ledger.late;
}

void recorder::request_answered(std::uint32_t name, request_times const& times, time_point ended, outcome verdict,
                                std::uint16_t status) {
  advance_in_flight(ended, -1);
  auto& request = record_->requests[name];
  request.response.record(ended - times.intended);
  request.service.record(ended - times.started);
  ++request.outcomes[static_cast<std::size_t>(verdict)];
  record_->queue.record(std::max(nanoseconds{0}, times.started - times.intended));
  record_->ledger.record_end(verdict);
  record_->statuses.record(status);
}

void recorder::request_failed(std::uint32_t name, request_times const& times, time_point ended, outcome reason) {
  advance_in_flight(ended, -1);
  auto& request = record_->requests[name];
  if (is_censored(reason)) {
    request.response.record_censored(ended - times.intended);
    request.service.record_censored(ended - times.started);
  }
  ++request.outcomes[static_cast<std::size_t>(reason)];
  record_->ledger.record_end(reason);
}

void recorder::keep_failure(std::uint32_t name, request_times const& times, time_point ended, outcome reason,
                            std::uint16_t status, failure_place place) {
  record_->failures.push_back({.intended = times.intended,
                               .started = times.started,
                               .ended = ended,
                               .connection = place.connection,
                               .user = place.user,
                               .name = name,
                               .shard = shard_,
                               .status = status,
                               .reason = reason,
                               .peer = std::move(place.peer),
                               .detail = std::move(place.detail)});
}

std::unique_ptr<interval_record> recorder::swap(time_point now, nanoseconds thread_cpu,
                                                std::unique_ptr<interval_record> fresh) {
  advance_in_flight(now, 0);
  record_->ended = now;
  record_->in_flight = in_flight_;
  record_->cpu = thread_cpu - cpu_before_;
  cpu_before_ = thread_cpu;
  fresh->began = now;
  fresh->requests.resize(names_);
  return std::exchange(record_, std::move(fresh));
}

void recorder::advance_in_flight(time_point now, std::int64_t change) {
  // An end is stamped when its bytes were read, which may be before the stamp of a start handled earlier in the same
  // batch of events: time does not go back here, the integral only shifts by that microsecond.
  auto const until = std::max(now, in_flight_since_);
  record_->request_seconds += static_cast<double>(in_flight_) * in_seconds(until - in_flight_since_);
  in_flight_since_ = until;
  in_flight_ = static_cast<std::uint64_t>(static_cast<std::int64_t>(in_flight_) + change);
}

}  // namespace holdfast::load
