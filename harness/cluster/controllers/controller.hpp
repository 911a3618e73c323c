#pragma once

#include <optional>

#include "cluster/controllers/event_recorder.hpp"
#include "cluster/controllers/object_cache.hpp"
#include "cluster/controllers/work_queue.hpp"

namespace holdfast::cluster {

/// What the controllers of a cluster share. All of it outlives them.
struct controller_context {
  object_store& store;
  object_cache const& cache;
  event_recorder& events;
  cluster_clock const& clock;
};

/// A control loop over objects of one kind. It is told of changes, notes whom they concern, and carries out one sync
/// when it is asked to. Between two syncs the cache catches up, so that each decides on the newest state; a write that
/// is refused all the same changes nothing and the object is looked at again. Used on the store's thread.
class controller {
 public:
  virtual ~controller() = default;
  virtual void note(cached_change const& change) = 0;
  /// Anything may have changed: the cache has listed anew.
  virtual void note_all() = 0;
  /// One sync, of something that is marked or due; false when there is none.
  virtual bool sync_next(time_point now) = 0;
  /// When something will be due if nothing changes before.
  virtual std::optional<time_point> next_due() const = 0;
};

/// One whose syncs are about one object each.
class keyed_controller : public controller {
 public:
  explicit keyed_controller(controller_context const& context) : context_{context} {}
  bool sync_next(time_point now) final {
    auto const key = queue_.take(now);
    if (key) sync(*key, now);
    return key.has_value();
  }
  std::optional<time_point> next_due() const final { return queue_.next_due(); }

 protected:
  virtual void sync(object_key const& key, time_point now) = 0;
  /// Marks every object of a kind.
  void mark_all(resource_kind const& kind) {
    for (auto const& object : context_.store.list(kind)) queue_.add(key_of(*object));
  }

  controller_context context_;
  work_queue queue_;
};

}  // namespace holdfast::cluster
