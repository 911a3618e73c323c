#include "cluster/agent/container_runner.hpp"

#include <algorithm>
#include <csignal>
#include <utility>

#include <fmt/format.h>

namespace holdfast::cluster {

namespace {

/// The seconds of a sleep are the platform's; what programs do takes its real time.
void scale_sleep(std::optional<handler_action>& hook, double scale) {
  constexpr double most = 3e9;  // 95 years: a slow clock makes a long sleep longer than a duration can say
  if (!hook) return;
  if (auto* const sleep = std::get_if<sleep_action>(&*hook))
    sleep->length = from_seconds(std::min(in_seconds(sleep->length) / scale, most));
}

}  // namespace

struct container_runner::instance {
  process_id process{};
  std::string id;
  time_point started_at{};
  std::unique_ptr<log_capture> output;
  container_cgroup group;
  exec_place place;
  std::unique_ptr<container_termination> termination;
  std::unique_ptr<running_handler> post_start;
};

container_runner::container_runner(pod_context& pod, container_spec spec, role what)
    : pod_{pod},
      spec_{std::move(spec)},
      role_{what},
      log_{pod.parts.logs / pod.spec.uid / spec_.name, pod.parts.log},
      state_{waiting_state{}} {
  scale_sleep(spec_.pre_stop, pod_.parts.clock.scale());
  scale_sleep(spec_.post_start, pod_.parts.clock.scale());
}

container_runner::~container_runner() {
  probes_.clear();
  if (instance_) pod_.parts.processes.forget_handler(instance_->process);
}

std::string container_runner::pod_text() const {
  return fmt::format("{}_{}({})", pod_.spec.key.name, pod_.spec.key.name_space, pod_.spec.uid);
}

std::string container_runner::backoff_key() const {
  return fmt::format("{}/{}/{}/{}", pod_.spec.uid, spec_.name, spec_.image, spec_.resources_text);
}

/// Kubernetes: an init container that has succeeded is not run again.
restart_policy container_runner::policy() const {
  if (role_ == role::main || pod_.spec.policy == restart_policy::never) return pod_.spec.policy;
  return restart_policy::on_failure;
}

restart_view container_runner::view() const {
  restart_view seen{.is_pod_deleted = pod_.is_deleted};
  if (instance_) {
    seen.state = container_state::running;
  } else if (auto const* const ended = std::get_if<terminated_state>(&state_)) {
    seen.state = container_state::exited;
    seen.exit_code = ended->exit_code;
  } else if (last_) {
    seen.state = container_state::exited;
    seen.exit_code = last_->exit_code;
  }
  return seen;
}

bool container_runner::is_finished() const {
  return view().state == container_state::exited && !should_start(view(), policy());
}

bool container_runner::has_succeeded() const { return is_finished() && view().exit_code == 0; }

void container_runner::wait_for(waiting_state why) {
  if (!instance_ && !std::holds_alternative<terminated_state>(state_)) state_ = std::move(why);
}

void container_runner::launch(child_setup child, time_point now) {
  if (auto* const ended = std::get_if<terminated_state>(&state_)) last_ = std::move(*ended);
  auto const number = started_instances_++;
  auto const id = fmt::format("{}/{}/{}", pod_.spec.uid, spec_.name, number);
  instance_id_ = id;
  results_.clear();
  auto const log = log_.begin_instance(static_cast<unsigned>(number));
  if (!log) return failed_to_start("the log cannot be written: " + log.error(), now);
  auto output = log_capture::create(pod_.parts.executor, *log);
  if (!output) return failed_to_start(output.error(), now);
  auto made = std::make_unique<instance>();
  made->id = id;
  made->started_at = now;
  if (pod_.parts.cgroups != nullptr) {
    made->group = pod_.parts.cgroups->make(fmt::format("{}-{}-{}", pod_.spec.uid, spec_.name, number), spec_.limits);
    child.cgroup_files = made->group.process_files;
    for (auto const& problem : made->group.problems) pod_.record(event_type::warning, "LimitsNotSet", problem);
  }
  made->place = {.like = child, .container = id};
  made->output = std::move(*output);
  child.standard_output = made->output->output();
  child.standard_error = made->output->error_output();
  auto const process = pod_.parts.processes.start(std::move(child), id, process_role::container,
                                                  [this](process_exit const& how) { exited(how); });
  if (!process) {
    made->output->finish();
    if (pod_.parts.cgroups != nullptr) cgroup_tree::remove(made->group);
    return failed_to_start(process.error().message, now);
  }
  made->process = *process;
  made->output->begin();
  instance_ = std::move(made);
  state_ = running_state{now};
  pod_.record(event_type::normal, "Created", "Created container: " + spec_.name);
  pod_.record(event_type::normal, "Started", "Started container " + spec_.name);
  run_post_start();
  begin_probes();
}

/// Kubernetes: an instance that could not be started has ended with code 128; the back-off of restarts applies.
void container_runner::failed_to_start(std::string const& message, time_point now) {
  auto const text = fmt::format("failed to start container \"{}\": {}", spec_.name, message);
  state_ = terminated_state{.exit_code = 128,
                            .reason = "StartError",
                            .message = text,
                            .started_at = now,
                            .finished_at = now,
                            .container_id = "holdfast://" + instance_id_};
  pod_.record(event_type::warning, "Failed", "Error: " + text);
  pod_.changed();
}

void container_runner::run_post_start() {
  if (!spec_.post_start) return;
  // Kubernetes gives it no limit of its own; the end of the container ends it.
  constexpr auto no_limit = std::chrono::hours{24};
  instance_->post_start =
      pod_.parts.hooks.run(*spec_.post_start, instance_->place, no_limit, [this](handler_result const& how) {
        if (!instance_) return;
        auto const finished = std::move(instance_->post_start);
        if (is_success(how.outcome)) return;
        pod_.record(event_type::warning, "FailedPostStartHook", "PostStartHook failed: " + how.message);
        stop_instance(pod_.spec.grace, "FailedPostStartHook");
      });
}

terminated_state container_runner::termination_of(process_exit const& how, time_point now) const {
  bool const is_out_of_memory = how.signal == SIGKILL && pod_.parts.cgroups != nullptr &&
                                pod_.parts.cgroups->sample(instance_->group).was_out_of_memory;
  terminated_state ended{.exit_code = how.code,
                         .signal = how.signal,
                         .reason = how.code == 0 ? "Completed" : "Error",
                         .started_at = instance_->started_at,
                         .finished_at = now,
                         .container_id = "holdfast://" + instance_->id};
  if (is_out_of_memory) ended.reason = "OOMKilled";
  return ended;
}

exec_place container_runner::place_for_probe() const { return instance_ ? instance_->place : exec_place{}; }

void container_runner::exited(process_exit const& how) {
  state_ = termination_of(how, pod_.parts.now());
  instance_->output->finish();
  if (pod_.parts.cgroups != nullptr) cgroup_tree::remove(instance_->group);
  if (how.left_over > 0) {
    pod_.record(event_type::warning, "ProcessesLeft",
                fmt::format("{} processes of container {} could not be killed: they are held up in the kernel",
                            how.left_over, spec_.name));
  }
  instance_.reset();
  pod_.changed();
}

void container_runner::stop_instance(std::chrono::seconds grace, std::string const& why) {
  if (!instance_) return;
  if (instance_->termination) return instance_->termination->shorten(grace);
  pod_.record(event_type::normal, "Killing", why);
  termination_order order{
      .grace = grace, .pre_stop = spec_.pre_stop, .place = instance_->place, .time_scale = pod_.parts.clock.scale()};
  auto const tell = [this](control_event event) {
    if (event.reason == "Killing") event.reason = "Terminating";
    event.why.statement = fmt::format("Container {}: {}", spec_.name, event.why.statement);
    pod_.record(event.type, event.reason, event.why);
  };
  instance_->termination = std::make_unique<container_termination>(
      pod_.parts.executor, pod_.parts.processes, pod_.parts.hooks, instance_->process, std::move(order), tell);
}

void container_runner::change_image(std::string const& image) {
  if (spec_.image == image) return;
  spec_.image = image;
  retry_at_.reset();
  if (role_ == role::init) return;  // what runs comes to its own end
  stop_instance(pod_.spec.grace, fmt::format("Container {} definition changed, will be restarted", spec_.name));
}

void container_runner::end(std::chrono::seconds grace, std::string const& why) { stop_instance(grace, why); }

std::size_t container_runner::signal(int number) {
  return instance_ ? pod_.parts.processes.send_signal_to_container(instance_->process, number) : 0;
}

container_observation container_runner::observation() const {
  container_observation seen{
      .name = spec_.name,
      .image = spec_.image,
      .state = state_,
      .last = last_,
      .restarts = std::max(0, started_instances_ - 1),
      .is_started = is_started(),
      .is_ready = is_container_ready(is_running(), is_started(), published(probe_type::readiness))};
  if (!instance_id_.empty()) seen.container_id = "holdfast://" + instance_id_;
  return seen;
}

std::optional<running_container> container_runner::running() const {
  if (!instance_) return std::nullopt;
  return running_container{pod_.spec.key, spec_.name, {instance_->id, &instance_->group}};
}

json const& container_runner::object() const {
  auto const& all = member(*pod_.object, "spec", role_ == role::init ? "initContainers" : "containers");
  for (auto const& each : all) {
    if (text_at(each, "name") == spec_.name) return each;
  }
  return null_json();  // never: the names of containers cannot be changed
}

}  // namespace holdfast::cluster
