#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>

#include "cluster/objects/object_meta.hpp"
#include "core/clock.hpp"

namespace holdfast::cluster {

/// Objects that a controller has to look at: now, or at a time. An object is there at most once of each.
class work_queue {
 public:
  void add(object_key key) { marked_.insert(std::move(key)); }
  /// Replaces an earlier time of the same object.
  void add_at(object_key key, time_point at);
  /// After a write that was refused: first after 10 ms, then twice as long each time, at most 5 minutes, as
  /// Kubernetes' controllers; until succeeded() is called.
  void retry(object_key const& key, time_point now);
  /// A write was refused, and its time has not come again.
  bool waits_to_retry(object_key const& key, time_point now) const;
  void succeeded(object_key const& key) { failures_.erase(key); }
  /// The object is gone.
  void forget(object_key const& key);

  /// What is marked or whose time has come, in the order of keys; nothing when there is no more. Its time is forgotten.
  std::optional<object_key> take(time_point now);
  /// When the earliest time comes.
  std::optional<time_point> next_due() const;

 private:
  std::set<object_key> marked_;
  std::map<object_key, time_point> times_;
  std::set<std::pair<time_point, object_key>> by_time_;
  std::map<object_key, int> failures_;
};

}  // namespace holdfast::cluster
