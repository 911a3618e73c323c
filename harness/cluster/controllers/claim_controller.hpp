#pragma once

#include "cluster/controllers/controller.hpp"

namespace holdfast::cluster {

/// Binds every PersistentVolumeClaim at once, to a volume of its own of the size it asks for.
class claim_controller final : public keyed_controller {
 public:
  using keyed_controller::keyed_controller;
  void note(cached_change const& change) override {
    if (change.kind == &kinds::persistent_volume_claim) queue_.add(change.key);
  }
  void note_all() override { mark_all(kinds::persistent_volume_claim); }

 private:
  void sync(object_key const& key, time_point now) override;
};

}  // namespace holdfast::cluster
