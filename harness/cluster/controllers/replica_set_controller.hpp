#pragma once

#include <string>
#include <vector>

#include "cluster/control/replica_set.hpp"
#include "cluster/controllers/controller.hpp"

namespace holdfast::cluster {

/// Carries out what sync_replica_set decides: adopts and releases pods by the selector, creates pods from the template
/// in slow-start batches, deletes the surplus, counts the status.
class replica_set_controller final : public keyed_controller {
 public:
  using keyed_controller::keyed_controller;
  void note(cached_change const& change) override;
  void note_all() override { mark_all(kinds::replica_set); }

 private:
  /// What kept it from its count: a reason ("FailedCreate") and a sentence.
  struct failure {
    std::string reason;
    std::string message;
  };

  void sync(object_key const& key, time_point now) override;
  void mark_owner(cached_pod const& pod);
  bool is_own_write(cached_change const& change) const;
  bool claim_pods(cached_replica_set const& set, time_point now);
  std::optional<failure> change_pods(cached_replica_set const& set, replica_set_decision const& decision,
                                     time_point now);
  std::optional<failure> create_pods(cached_replica_set const& set, replica_set_decision const& decision,
                                     time_point now);
  std::optional<failure> delete_pods(cached_replica_set const& set, replica_set_decision const& decision,
                                     time_point now);
  static std::optional<failure> failure_of(cached_replica_set const& set);
  void write_status(cached_replica_set const& set, replica_set_decision const& decision,
                    std::optional<failure> const& failed, time_point now);
  json status_of(cached_replica_set const& set, replica_set_decision const& decision,
                 std::optional<failure> const& failed, time_point now) const;
  void record(cached_replica_set const& set, control_event const& event, time_point now);

  std::map<object_key, std::string> written_;  ///< versions of the statuses written last
};

}  // namespace holdfast::cluster
