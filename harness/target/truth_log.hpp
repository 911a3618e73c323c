#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "stats/histogram.hpp"
#include "target/path_kind.hpp"

namespace holdfast::target {

/// What the target itself knows of a run: how many requests came when, what it answered, and how long each answer took
/// from the head of the request read to its last byte handed to the kernel. One object a thread; merged for the report.
/// Memory is bounded; recording allocates nothing except, once for 10 ms, a place for the arrivals of those 10 ms.
class truth_log {
 public:
  static constexpr nanoseconds bin_length = std::chrono::milliseconds{10};
  static constexpr std::size_t max_bins = 360'000;  ///< one hour; later arrivals are counted, but in no bin

  explicit truth_log(time_point start);

  void count_arrival(path_kind kind, time_point at);
  void count_answers(std::uint16_t status, nanoseconds service_time, std::uint64_t n = 1);
  void count_unfinished() { ++unfinished_; }  ///< the peer went away before the last byte, or no answer was meant
  void count_malformed() { ++malformed_; }
  void count_misbehaviour() { ++misbehaved_; }
  void count_accepted() { ++accepted_; }
  void count_closed() { ++closed_; }
  void count_turned_away() { ++turned_away_; }  ///< connections beyond the cap
  void count_received(std::uint64_t bytes) { received_ += bytes; }
  void count_sent(std::uint64_t bytes) { sent_ += bytes; }

  std::uint64_t requests() const { return requests_; }
  std::uint64_t accepted() const { return accepted_; }
  std::uint64_t answers() const { return service_.count(); }
  stats::histogram const& service_times() const { return service_; }

  /// Arrivals of different threads are put together by time; the gaps between arrivals are only known within a thread.
  void merge(truth_log const& other);

  /// JSON object, every key with its unit. `interarrival` figures are null when the log was merged from several
  /// threads.
  std::string to_json(time_point now) const;

 private:
  time_point start_;  // of the log; origin of the bins
  std::optional<time_point> first_arrival_;
  std::optional<time_point> last_arrival_;
  bool is_merged_ = false;
  std::uint64_t requests_ = 0;
  std::uint64_t malformed_ = 0;
  std::uint64_t misbehaved_ = 0;
  std::uint64_t unfinished_ = 0;
  std::uint64_t accepted_ = 0;
  std::uint64_t closed_ = 0;
  std::uint64_t turned_away_ = 0;
  std::uint64_t received_ = 0;
  std::uint64_t sent_ = 0;
  std::array<std::uint64_t, 1000> by_status_{};
  std::array<std::uint64_t, path_kind_count> by_path_{};
  stats::histogram service_;
  stats::histogram gaps_;
  double gap_sum_of_squares_us2_ = 0;
  std::vector<std::uint32_t> arrivals_;  // per bin
};

}  // namespace holdfast::target
