#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "load/outcome.hpp"
#include "load/request_ledger.hpp"
#include "stats/censored_distribution.hpp"
#include "stats/histogram.hpp"

namespace holdfast::load {

/// Answers by status code. Codes outside 100 to 599 are counted together in place 0.
class status_counts {
 public:
  void record(std::uint16_t status) { ++counts_[status >= 100 && status < 600 ? status : 0]; }
  void merge(status_counts const& other) {
    for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
  }
  std::uint64_t of(std::uint16_t status) const { return status < 600 ? counts_[status] : counts_[0]; }
  /// Calls visit(status, count) for each status that occurred, in ascending order; 0 stands for all others.
  template <class Visit>
  void for_each(Visit&& visit) const {
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      if (counts_[i] != 0) visit(static_cast<std::uint16_t>(i), counts_[i]);
    }
  }

 private:
  std::array<std::uint64_t, 600> counts_{};
};

/// A request that failed: kept one by one, nothing is sampled away.
struct failure_record {
  time_point intended, started, ended;
  std::uint64_t connection = 0;  ///< number in its shard; 0 when none was opened
  std::uint64_t user = 0;
  std::uint32_t name = 0;
  std::uint32_t shard = 0;
  std::uint16_t status = 0;  ///< 0 without an answer
  outcome reason = outcome::ok;
  std::string peer;    ///< address, as far as it was known
  std::string detail;  ///< e.g. "Connection refused"; empty when the outcome says it all
};

/// What was measured of one request name. Times are of requests that were answered, whatever the answer; requests that
/// ran into a limit of time enter as "at least".
struct request_record {
  stats::censored_distribution response;  ///< end - intended start
  stats::censored_distribution service;   ///< end - actual start
  std::array<std::uint64_t, outcome_count> outcomes{};

  void reset() {
    response.reset();
    service.reset();
    outcomes = {};
  }
  void merge(request_record const& other) {
    response.merge(other.response);
    service.merge(other.service);
    for (std::size_t i = 0; i < outcomes.size(); ++i) outcomes[i] += other.outcomes[i];
  }
};

/// What was recorded in one interval, by a shard or by all together. Merging is addition.
struct interval_record {
  time_point began, ended;
  std::vector<request_record> requests;  ///< by name
  request_ledger ledger;
  status_counts statuses;
  stats::histogram slip;       ///< actual - intended start
  stats::histogram queue;      ///< response - service time, of answered requests
  stats::histogram loop_lag;   ///< how late the shard's heartbeat ran
  std::uint64_t attempts = 0;  ///< HTTP exchanges: requests and their redirect or authentication hops
  std::uint64_t connections_opened = 0;
  std::uint64_t own_limit_hits = 0;  ///< connects that this machine had no descriptor, port or memory for
  std::uint64_t bytes_received = 0;  ///< from the kernel, heads and framing included
  std::uint64_t body_bytes = 0;
  std::uint64_t bytes_sent = 0;
  std::uint64_t in_flight = 0;  ///< requests at the end of the interval
  double request_seconds = 0;   ///< integral of the number of requests in flight over time
  nanoseconds cpu{};            ///< of the shard's thread
  std::vector<failure_record> failures;

  void merge(interval_record const& other);
  /// Empties it and keeps the memory of its histograms.
  void reset();
};

}  // namespace holdfast::load
