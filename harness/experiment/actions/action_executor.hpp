#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <string>

#include "cluster/local/local_cluster.hpp"
#include "experiment/actions/action_decisions.hpp"
#include "experiment/timeline.hpp"

namespace holdfast::experiment {

/// Does to a cluster what actions say. The loop's thread only.
class action_executor {
 public:
  /// Ends what an action began. Safe to call when it has ended by itself.
  using undo_function = std::function<void()>;

  /// @param owner_of  the Deployment of a pod; empty when it has none
  action_executor(cluster::local_cluster& of, timeline& to,
                  std::function<std::string(cluster::object_key const& pod)> owner_of);
  action_executor(action_executor const&) = delete;
  action_executor& operator=(action_executor const&) = delete;
  ~action_executor();  ///< lets every paused process go on

  /// All but commands, which take their time: see run_command(). Of faults and pauses this is the beginning.
  /// @param name  the action's, which its fault is told by
  /// @param seed  of the choice of pods
  /// @return      how to end it; empty when there is nothing to end
  /// @error       why it could not be done: a sentence without its full stop
  decided<undo_function> carry_out(std::string const& name, action_kind const& kind, std::uint64_t seed);

  /// What became of a fault, for the timeline. To be called for each report of the cluster.
  void note(cluster::fault_report const& report);
  /// Whether every fault that was taken off has been seen to be gone, or not to go.
  bool has_settled() const { return unsettled_.empty(); }

 private:
  using outcome = decided<undo_function>;
  struct begun {
    action_executor& by;
    std::string const& name;
    std::uint64_t seed;
    outcome operator()(rollout_action const& action) const { return by.roll_out(action); }
    outcome operator()(scale_action const& action) const { return by.scale(action); }
    outcome operator()(kill_action const& action) const { return by.kill(action, seed); }
    outcome operator()(pause_action const& action) const { return by.pause(action, seed); }
    outcome operator()(continue_action const& action) const { return by.go_on(action, seed); }
    outcome operator()(delete_action const& action) const { return by.remove(action, seed); }
    outcome operator()(create_action const& action) const { return by.create(action); }
    outcome operator()(patch_action const& action) const { return by.patch(action); }
    outcome operator()(fault_action const& action) const { return by.put_fault(name, action); }
    outcome operator()(command_action const& action) const;
  };
  struct named_fault {
    std::string action;
    std::string kind;
  };
  using fault_place = std::pair<cluster::object_key, std::string>;  // Service and text

  outcome roll_out(rollout_action const& action);
  outcome scale(scale_action const& action);
  outcome kill(kill_action const& action, std::uint64_t seed);
  outcome pause(pause_action const& action, std::uint64_t seed);
  outcome go_on(continue_action const& action, std::uint64_t seed);
  outcome remove(delete_action const& action, std::uint64_t seed);
  outcome remove_object(cluster::object_ptr const& object, cluster::resource_kind const& kind);
  outcome create(create_action const& action);
  outcome patch(patch_action const& action);
  outcome put_fault(std::string const& name, fault_action const& action);
  void take_fault(fault_place const& place);

  outcome write(cluster::resource_kind const& kind, decided<cluster::json> object);
  decided<std::vector<cluster::object_ptr>> choose(pod_choice const& choice, std::uint64_t seed) const;
  outcome signal(std::vector<cluster::object_ptr> const& pods, int number);
  void continue_pods(std::vector<cluster::object_ptr> const& pods);

  cluster::local_cluster& cluster_;
  timeline& timeline_;
  std::function<std::string(cluster::object_key const&)> owner_of_;
  std::map<std::string, cluster::object_key> paused_;  // by uid
  std::map<fault_place, named_fault> faults_;
  std::set<fault_place> unsettled_;  // taken off, and nothing heard of it yet
};

}  // namespace holdfast::experiment
