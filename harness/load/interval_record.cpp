#include "load/interval_record.hpp"

#include <algorithm>
#include <utility>

namespace holdfast::load {

void interval_record::merge(interval_record const& other) {
  began = began == time_point{} ? other.began : std::min(began, other.began);
  ended = std::max(ended, other.ended);
  if (requests.size() < other.requests.size()) requests.resize(other.requests.size());
  for (std::size_t i = 0; i < other.requests.size(); ++i) requests[i].merge(other.requests[i]);
  ledger.merge(other.ledger);
  statuses.merge(other.statuses);
  slip.merge(other.slip);
  queue.merge(other.queue);
  loop_lag.merge(other.loop_lag);
  attempts += other.attempts;
  connections_opened += other.connections_opened;
  own_limit_hits += other.own_limit_hits;
  bytes_received += other.bytes_received;
  body_bytes += other.body_bytes;
  bytes_sent += other.bytes_sent;
  in_flight += other.in_flight;
  request_seconds += other.request_seconds;
  cpu += other.cpu;
  failures.insert(failures.end(), other.failures.begin(), other.failures.end());
}

void interval_record::reset() {
  interval_record empty;
  // What owns memory is emptied in place and moved over, so that a run of any length allocates it once.
  for (auto& request : requests) request.reset();
  slip.reset();
  queue.reset();
  loop_lag.reset();
  failures.clear();
  empty.requests = std::move(requests);
  empty.slip = std::move(slip);
  empty.queue = std::move(queue);
  empty.loop_lag = std::move(loop_lag);
  empty.failures = std::move(failures);
  *this = std::move(empty);
}

}  // namespace holdfast::load
