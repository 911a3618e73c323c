#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "core/clock.hpp"
#include "load/outcome.hpp"

namespace holdfast::cli {

/// siege's counters, with its definitions. They are not a partition: a 404 is a transaction, but neither successful nor
/// failed. One object a shard, merged when the run is over; sums are exact.
struct siege_tally {
  std::uint64_t transactions = 0;  ///< whole answers, hops and sub-resources included; not 408 and 500 to 509
  std::uint64_t successful = 0;    ///< below 400, and 401 and 407
  std::uint64_t ok_200 = 0;
  std::uint64_t failed = 0;         ///< no whole answer, 408, 500 to 509
  std::uint64_t client_errors = 0;  ///< 4xx other than 401, 407 and 408: siege does not show them
  std::uint64_t answered = 0;       ///< an answer came, whatever it was
  std::uint64_t body_bytes = 0;
  nanoseconds total_time{};  ///< of failures too
  std::optional<nanoseconds> longest, shortest;
  std::array<std::uint64_t, load::outcome_count> outcomes{};

  void count_answer(std::uint16_t status, std::uint64_t bytes, nanoseconds time);
  void count_failure(load::outcome reason, nanoseconds time);
  void merge(siege_tally const& other);

 private:
  void count_time(nanoseconds time);
};

/// Whether siege takes an answer with that status for a failure.
constexpr bool is_siege_failure(std::uint16_t status) { return status == 408 || (status >= 500 && status <= 509); }

/// Which of our outcome classes an answer belongs to.
constexpr load::outcome outcome_of_status(std::uint16_t status) {
  if (status >= 500) return load::outcome::http_5xx;
  return status >= 400 ? load::outcome::http_4xx : load::outcome::ok;
}

}  // namespace holdfast::cli
