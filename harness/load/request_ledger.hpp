#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "load/outcome.hpp"

namespace holdfast::load {

/// What became of every request that was asked for. Each shard owns one; they are merged after the run.
///
/// A request is scheduled when its intended start has come. It is then started or dropped; one that still waits for a
/// connection when the run ends was never sent, so it is dropped. A started one ends with an outcome;
/// cancelled_at_end is the class of the unfinished.
struct request_ledger {
  std::uint64_t scheduled = 0;
  std::uint64_t dropped = 0;
  std::uint64_t started = 0;
  std::array<std::uint64_t, outcome_count> ended{};  ///< indexed by outcome
  std::uint64_t late = 0;                            ///< started later than the slack after their intended start
  std::uint64_t queued = 0;                          ///< had to wait for a free connection
  std::uint64_t longest_queue = 0;  ///< requests waiting at one time; of several shards the longest of one

  void record_end(outcome how) { ++ended[static_cast<std::size_t>(how)]; }
  std::uint64_t ended_as(outcome how) const { return ended[static_cast<std::size_t>(how)]; }
  std::uint64_t ok() const;  ///< by fallback included
  std::uint64_t unfinished() const { return ended_as(outcome::cancelled_at_end); }
  std::uint64_t failed() const;  ///< neither ok nor unfinished
  std::uint64_t completed() const { return ok() + failed(); }

  void merge(request_ledger const& other);
  friend bool operator==(request_ledger const&, request_ledger const&) = default;
};

/// An equation of conservation that does not hold: a bug of Holdfast.
struct broken_equation {
  std::string_view equation;  ///< "scheduled = started + dropped"
  std::uint64_t left = 0;
  std::uint64_t right = 0;
  friend bool operator==(broken_equation const&, broken_equation const&) = default;
};

/// The exact check at the end of a run: empty when nothing was lost or counted twice.
std::vector<broken_equation> conservation(request_ledger const& ledger);

}  // namespace holdfast::load
