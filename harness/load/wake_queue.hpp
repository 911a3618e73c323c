#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/clock.hpp"

namespace holdfast::load {

/// Who is to be woken when: a binary heap, earliest first; equal times in the order in which they were added.
template <class Sleeper>
class wake_queue {
 public:
  void add(time_point when, Sleeper who) {
    entries_.push_back({when, added_++, who});
    std::push_heap(entries_.begin(), entries_.end(), later);
  }

  std::optional<time_point> earliest() const {
    if (entries_.empty()) return std::nullopt;
    return entries_.front().when;
  }

  /// Takes the first whose time has come.
  std::optional<Sleeper> take_due(time_point now) {
    if (entries_.empty() || entries_.front().when > now) return std::nullopt;
    std::pop_heap(entries_.begin(), entries_.end(), later);
    auto const who = entries_.back().who;
    entries_.pop_back();
    return who;
  }

  void clear() { entries_.clear(); }
  bool empty() const { return entries_.empty(); }

 private:
  struct entry {
    time_point when;
    std::uint64_t order = 0;
    Sleeper who;
  };
  static bool later(entry const& a, entry const& b) { return a.when != b.when ? a.when > b.when : a.order > b.order; }

  std::vector<entry> entries_;
  std::uint64_t added_ = 0;
};

}  // namespace holdfast::load
