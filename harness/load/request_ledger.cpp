#include "load/request_ledger.hpp"

#include <algorithm>

namespace holdfast::load {

std::uint64_t request_ledger::ok() const { return ended_as(outcome::ok) + ended_as(outcome::ok_by_fallback); }

std::uint64_t request_ledger::failed() const {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < outcome_count; ++i) {
    auto const how = static_cast<outcome>(i);
    if (!is_ok(how) && how != outcome::cancelled_at_end) sum += ended[i];
  }
  return sum;
}

void request_ledger::merge(request_ledger const& other) {
  scheduled += other.scheduled;
  dropped += other.dropped;
  started += other.started;
  for (std::size_t i = 0; i < outcome_count; ++i) ended[i] += other.ended[i];
  late += other.late;
  queued += other.queued;
  longest_queue = std::max(longest_queue, other.longest_queue);
}

std::vector<broken_equation> conservation(request_ledger const& ledger) {
  std::vector<broken_equation> broken;
  auto const demand = [&broken](std::string_view equation, std::uint64_t left, std::uint64_t right) {
    if (left != right) broken.push_back({equation, left, right});
  };
  demand("scheduled = started + dropped", ledger.scheduled, ledger.started + ledger.dropped);
  demand("started = ok + failed + unfinished", ledger.started, ledger.ok() + ledger.failed() + ledger.unfinished());
  return broken;
}

}  // namespace holdfast::load
