#include "analysis/consistency.hpp"

#include <algorithm>
#include <iterator>

namespace holdfast::analysis {

consistency_figures compare(write_ledger const& ledger, std::span<std::string const> found) {
  std::set<std::string> const there{found.begin(), found.end()};
  consistency_figures figures;
  figures.duplicates = found.size() - there.size();
  std::ranges::set_difference(ledger.acknowledged, there, std::back_inserter(figures.lost));
  std::ranges::copy_if(there, std::back_inserter(figures.phantoms), [&](auto const& name) {
    return !ledger.acknowledged.contains(name) && !ledger.ambiguous.contains(name);
  });
  figures.ambiguous_done = static_cast<std::uint64_t>(
      std::ranges::count_if(ledger.ambiguous, [&](auto const& name) { return there.contains(name); }));
  return figures;
}

}  // namespace holdfast::analysis
