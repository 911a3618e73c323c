#pragma once

#include <string>
#include <vector>

#include "cluster/controllers/controller.hpp"

namespace holdfast::cluster {

/// Carries out what sync_deployment decides: makes, sizes and removes ReplicaSets, numbers revisions, tells the
/// status. What kubectl's rollout commands read and write: the revision in annotations of the Deployment and its sets,
/// the Deployment's other annotations (kubernetes.io/change-cause) copied to the new set, revisions that a set had
/// before in a history.
class deployment_controller final : public keyed_controller {
 public:
  using keyed_controller::keyed_controller;
  void note(cached_change const& change) override;
  void note_all() override { mark_all(kinds::deployment); }

 private:
  struct rollout;  // one sync's look at a Deployment and its sets

  void sync(object_key const& key, time_point now) override;
  void mark_owner(json const& replica_set);
  bool claim_sets(cached_deployment const& deployment, time_point now);
  rollout look_at(cached_deployment const& deployment) const;
  bool has_old_pods(rollout const& rollout) const;
  std::string free_name(rollout& rollout) const;
  static void copy_failure(rollout const& rollout, rollout_status& status);
  bool carry_out(rollout& rollout, deployment_decision& decision, time_point now);
  bool create_set(rollout& rollout, deployment_decision& decision, time_point now);
  bool change_set(rollout& rollout, deployment_decision const& decision, replica_set_ptr const& set, time_point now);
  void remove_history(rollout const& rollout, deployment_decision const& decision, time_point now);
  bool write_revision(rollout& rollout, deployment_decision const& decision);
  bool write_status(rollout const& rollout, deployment_decision const& decision);
  void record_scaling(rollout const& rollout, deployment_decision const& decision, std::string const& set,
                      time_point now);
  void record(cached_deployment const& deployment, control_event const& event, time_point now);
};

}  // namespace holdfast::cluster
