#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "cluster/agent/pod_context.hpp"
#include "cluster/agent/pod_status.hpp"
#include "cluster/agent/probe_runner.hpp"
#include "cluster/agent/running_container.hpp"
#include "cluster/control/restart_policy.hpp"
#include "cluster/node/container_termination.hpp"
#include "cluster/node/log_capture.hpp"

namespace holdfast::cluster {

/// One container of a pod: its instances one after the other, with their probes, hooks and logs. Says by
/// pod_context::changed, from the loop, that it is to be looked at again.
class container_runner {
 public:
  enum class role { init, main };

  container_runner(pod_context& pod, container_spec spec, role what);
  container_runner(container_runner const&) = delete;
  container_runner& operator=(container_runner const&) = delete;
  ~container_runner();

  /// Starts an instance if one is to run now and nothing is in the way.
  /// @return  when to look again if nothing changes before
  std::optional<time_point> sync(time_point now);
  /// It has to wait for something of the pod. Nothing happens while it runs.
  void wait_for(waiting_state why);

  /// Kubernetes: the container is ended and started anew with the other image; an init container only begins with it
  /// the next time.
  void change_image(std::string const& image);
  /// Ends the instance that runs. A second call may shorten the grace period.
  /// @param why  in the Event
  void end(std::chrono::seconds grace, std::string const& why);
  /// A probe that is not ready yet is tried at once. Kubernetes: at each update of the status.
  void try_readiness();

  /// To every process of the instance that runs. @return how many got it
  std::size_t signal(int number);

  bool is_running() const { return instance_ != nullptr; }
  /// Has ended and will not be started again.
  bool is_finished() const;
  bool has_succeeded() const;
  container_observation observation() const;
  container_log const& log() const { return log_; }
  container_spec const& spec() const { return spec_; }
  /// Null while it does not run.
  std::optional<running_container> running() const;

 private:
  struct instance;

  restart_view view() const;
  restart_policy policy() const;
  bool may_start_now(time_point now);
  bool has_image(time_point now);
  void meet(start_obstacle const& obstacle, time_point now);
  void put_off(waiting_state state, time_point until);
  void start(time_point now);
  void launch(child_setup setup, time_point now);
  void failed_to_start(std::string const& message, time_point now);
  void run_post_start();
  void exited(process_exit const& how);
  void stop_instance(std::chrono::seconds grace, std::string const& why);
  terminated_state termination_of(process_exit const& how, time_point now) const;

  void begin_probes();
  probe_view view_for_probe() const;
  exec_place place_for_probe() const;
  void probe_published(probe_type type, probe_publication const& published);
  std::optional<probe_result> published(probe_type type) const;
  bool is_started() const;

  json const& object() const;
  std::string backoff_key() const;
  std::string pod_text() const;

  pod_context& pod_;
  container_spec spec_;
  role role_;
  container_log log_;
  std::unique_ptr<instance> instance_;
  std::variant<waiting_state, running_state, terminated_state> state_;
  std::optional<terminated_state> last_;
  std::int32_t started_instances_ = 0;
  std::string instance_id_;  ///< of the latest instance
  std::optional<time_point> retry_at_;
  std::map<probe_type, std::unique_ptr<probe_runner>> probes_;
  std::map<probe_type, probe_result> results_;  ///< of the latest instance
};

}  // namespace holdfast::cluster
