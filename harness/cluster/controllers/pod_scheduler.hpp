#pragma once

#include <string>

#include "cluster/controllers/controller.hpp"

namespace holdfast::cluster {

/// Assigns every new pod to the one node there is, and says so in its condition PodScheduled. Removes what is deleted
/// of a node that is not there, as nobody else would.
class pod_scheduler final : public keyed_controller {
 public:
  pod_scheduler(controller_context const& context, std::string node)
      : keyed_controller{context}, node_{std::move(node)} {}
  void note(cached_change const& change) override;
  void note_all() override;

 private:
  void sync(object_key const& key, time_point now) override;
  bool is_mine(cached_pod const& pod) const;

  std::string node_;
};

}  // namespace holdfast::cluster
