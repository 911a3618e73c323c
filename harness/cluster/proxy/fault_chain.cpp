#include "cluster/proxy/fault_chain.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace holdfast::cluster {

bool fault_chain::has(fault_id id) const { return std::ranges::find(stages_, id, &stage::id) != stages_.end(); }

void fault_chain::add(fault_id id, std::unique_ptr<flow_fault> fault) { stages_.push_back({id, std::move(fault)}); }

void fault_chain::remove(fault_id id, time_point now) {
  auto const found = std::ranges::find(stages_, id, &stage::id);
  if (found == stages_.end()) return;
  auto const place = static_cast<std::size_t>(found - stages_.begin());
  auto const removed = std::move(*found);
  stages_.erase(found);
  if (removed.held > 0 && !removed.has_ended) give_bytes(place, removed.held, now);
  if (removed.input_ended && !removed.has_ended) give_end(place, now);
}

void fault_chain::on_bytes(std::uint64_t count, time_point now) {
  assert(!is_cut() && "what comes behind a cut is dropped");
  if (count > 0) give_bytes(0, count, now);
}

void fault_chain::on_end(time_point now) {
  if (!is_cut()) give_end(0, now);
}

fault_chain::progress fault_chain::advance(time_point now) {
  progress done;
  for (std::size_t i = 0; i < stages_.size(); ++i) {
    auto& s = stages_[i];
    if (s.has_ended) continue;
    auto const step = s.fault->step(now);
    assert(step.forward <= s.held && "a fault forwards what it holds");
    s.held -= step.forward;
    if (step.forward > 0) give_bytes(i + 1, step.forward, now);
    if (step.end) {
      s.has_ended = true;
      if (!s.input_ended || s.held > 0 || *step.end == flow_end::reset) cut(i, *step.end);
      give_end(i + 1, now);
    } else if (step.next) {
      done.next = done.next ? std::min(*done.next, *step.next) : *step.next;
    }
  }
  done.forward = std::exchange(released_, 0);
  done.end = std::exchange(released_end_, std::nullopt);
  done.ended_by = ended_by_;
  return done;
}

void fault_chain::give_bytes(std::size_t to, std::uint64_t count, time_point now) {
  if (to == stages_.size()) {
    released_ += count;
    return;
  }
  stages_[to].held += count;
  stages_[to].fault->on_bytes(count, now);
}

void fault_chain::give_end(std::size_t to, time_point now) {
  if (to == stages_.size()) {
    released_end_ = end_;
    return;
  }
  stages_[to].input_ended = true;
  stages_[to].fault->on_end(now);
}

/// Stage `at` ends the stream by itself: what it and those before it still hold is dropped.
void fault_chain::cut(std::size_t at, flow_end how) {
  end_ = how;
  ended_by_ = stages_[at].id;
  for (std::size_t i = 0; i <= at; ++i) {
    stages_[i].held = 0;
    stages_[i].has_ended = true;
  }
}

}  // namespace holdfast::cluster
