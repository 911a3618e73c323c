#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <boost/asio/steady_timer.hpp>

#include "cluster/agent/container_runner.hpp"
#include "cluster/agent/pod_context.hpp"

namespace holdfast::cluster {

/// One pod of this node: from its address to its removal from the store. The kubelet's sync of a pod: looks at what is
/// there and does what is next, whenever something has changed or is due.
class pod_worker {
 public:
  /// @param on_done  called last, from the loop: nothing is left of the pod; destroy this then
  pod_worker(agent_parts const& parts, volume_links& links, object_ptr pod, std::function<void()> on_done);
  pod_worker(pod_worker const&) = delete;
  pod_worker& operator=(pod_worker const&) = delete;
  ~pod_worker() = default;

  /// The object as it is now.
  void update(object_ptr pod);
  /// The object is gone, or nobody asks for it any more: what runs is ended within this time.
  void remove(std::chrono::seconds grace);
  /// A Service was made, changed or deleted.
  void services_changed(std::span<object_ptr const> services);
  /// A ConfigMap or Secret of the pod's namespace was made, changed or deleted.
  void source_changed(resource_kind const& kind, std::string_view name);

  /// To every process of its containers. @return how many got it
  std::size_t signal(int number);

  object_key const& key() const { return pod_.spec.key; }
  std::vector<running_container> running() const;
  /// An empty name: the first. Null when there is none of that name.
  container_log const* log_of(std::string_view container) const;

 private:
  using runners = std::vector<std::unique_ptr<container_runner>>;

  void build();
  void mark();
  void sync();
  bool take_address(time_point now);
  bool prepare_volumes(time_point now);
  void run_containers(time_point now);
  bool init_containers_are_done(time_point now);
  void wait_all(waiting_state const& why);
  void end_containers();
  void finish();
  void clean_up();
  void publish(time_point now);
  pod_observation observation() const;
  void look_again_at(std::optional<time_point> at);
  void arm();
  bool runs_something() const;
  bool is_ending() const { return pod_.is_deleted || is_removed_; }
  void apply_image_changes(json const& before);

  pod_context pod_;
  std::function<void()> on_done_;
  runners init_;
  runners containers_;
  time_point start_time_;
  std::chrono::seconds end_grace_{0};
  bool is_removed_ = false;
  bool has_volumes_ = false;
  bool is_done_ = false;
  bool is_marked_ = false;
  std::optional<time_point> next_try_;  ///< for the address or the volumes
  std::optional<time_point> next_look_;
  boost::asio::steady_timer timer_;
  std::shared_ptr<pod_worker*> self_;  ///< for what is posted: empty when this is gone
};

}  // namespace holdfast::cluster
