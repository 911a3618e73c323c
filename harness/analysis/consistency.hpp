#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace holdfast::analysis {

/// What the callers know of their writes, by whatever identifies an effect: an id, or an idempotency key.
struct write_ledger {
  std::set<std::string> acknowledged;
  std::set<std::string> ambiguous;  ///< timed out or broke off: maybe done, never counted as failed
};

struct consistency_figures {
  std::vector<std::string> lost;      ///< acknowledged, and not there
  std::vector<std::string> phantoms;  ///< there, and nobody asked for it
  std::uint64_t duplicates = 0;       ///< effects beyond the first of each identity
  std::uint64_t ambiguous_done = 0;   ///< ambiguous writes that are there
};

/// Compares the ledger with what is there after the run. Names are in their order.
/// @param found  each effect once for each time that it is there
consistency_figures compare(write_ledger const& ledger, std::span<std::string const> found);

}  // namespace holdfast::analysis
