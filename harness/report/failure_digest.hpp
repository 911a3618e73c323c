#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "load/interval_record.hpp"

namespace holdfast::report {

/// One reason why requests failed.
struct failure_cause {
  load::outcome reason = load::outcome::ok;
  std::string detail;  ///< printable, shortened; empty when the outcome says it all
  std::uint64_t count = 0;
};

/// Counts failed requests by reason and detail, for a summary. Details come from peers and may all differ: beyond a
/// bound, further ones of the same reason are counted without their detail.
class failure_digest {
 public:
  void add(load::failure_record const& failure);
  /// Most frequent first.
  std::vector<failure_cause> causes() const;

 private:
  failure_cause& cause_of(load::outcome reason, std::string detail);
  std::vector<failure_cause> causes_;
};

/// `text` without control bytes and bytes that are not UTF-8, and not longer than `limit` bytes: safe for a terminal.
std::string printable(std::string_view text, std::size_t limit = 120);

}  // namespace holdfast::report
