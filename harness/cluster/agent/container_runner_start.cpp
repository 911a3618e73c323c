// How a container_runner comes to start an instance, and what keeps it from it.

#include <utility>

#include <fmt/format.h>

#include "cluster/agent/container_runner.hpp"
#include "cluster/agent/container_setup.hpp"
#include "cluster/control/start_obstacle.hpp"

namespace holdfast::cluster {

/// The state Waiting; what ended before it is the last state then.
void container_runner::put_off(waiting_state state, time_point until) {
  if (auto* const ended = std::get_if<terminated_state>(&state_)) last_ = std::move(*ended);
  state_ = std::move(state);
  retry_at_ = until;
}

void container_runner::meet(start_obstacle const& obstacle, time_point now) {
  auto statement = obstacle.why.statement;
  pod_.record(event_type::warning, std::string{obstacle.event_reason}, obstacle.why);
  constexpr std::string_view prefix = "Error: ";
  if (statement.starts_with(prefix)) statement.erase(0, prefix.size());
  put_off({std::string{obstacle.waiting_reason}, statement}, next_try_after_error(now, pod_.parts.random.uniform()));
}

std::optional<time_point> container_runner::sync(time_point now) {
  if (!should_start(view(), policy())) return std::nullopt;
  if (retry_at_ && now < *retry_at_) return retry_at_;
  retry_at_.reset();
  if (may_start_now(now)) start(now);
  return retry_at_;
}

/// The image and the back-off after an exit.
bool container_runner::may_start_now(time_point now) {
  auto const* ended = std::get_if<terminated_state>(&state_);
  if (ended == nullptr && last_) ended = &*last_;
  if (ended != nullptr) {
    auto const decision = pod_.restarts.attempt(backoff_key(), ended->finished_at, now);
    if (!decision.starts_now) {
      auto why = decision.why;
      pod_.record(event_type::warning, "BackOff",
                  {fmt::format("Back-off restarting failed container {} in pod {}", spec_.name, pod_text()), why.rule,
                   why.inputs, why.limit});
      put_off(
          {"CrashLoopBackOff", fmt::format("{} container={} pod={}", decision.why.statement, spec_.name, pod_text())},
          decision.start_at);
      return false;
    }
  }
  return has_image(now);
}

/// There is nothing to pull: an image is had when a program stands for it.
bool container_runner::has_image(time_point now) {
  auto const problem = image_problem(spec_, pod_.parts.images);
  if (!problem) {
    pod_.pulls.forget(backoff_key());
    return true;
  }
  if (problem->reason == "InvalidImageName") {
    pod_.record(event_type::warning, "InspectFailed", problem->message);
    put_off({"InvalidImageName", problem->message}, next_try_after_error(now, pod_.parts.random.uniform()));
    return false;
  }
  auto decision = pod_.pulls.attempt(backoff_key(), now);
  if (decision.pulls_now) {
    pod_.record(event_type::normal, "Pulling", fmt::format("Pulling image \"{}\"", spec_.image));
    pod_.record(event_type::warning, "Failed",
                fmt::format("Failed to pull image \"{}\": {}", spec_.image, problem->message));
    decision = pod_.pulls.failed(backoff_key(), now);
    put_off({std::string{decision.waiting_reason}, problem->message}, now);
    // Shown as ErrImagePull until the next look, then as ImagePullBackOff, as the kubelet does.
    retry_at_ = now + std::chrono::seconds{1};
    return false;
  }
  pod_.record(event_type::normal, "BackOff", fmt::format("Back-off pulling image \"{}\"", spec_.image));
  put_off({std::string{decision.waiting_reason}, fmt::format("Back-off pulling image \"{}\"", spec_.image)},
          decision.next_try);
  return false;
}

void container_runner::start(time_point now) {
  auto made = container_setup(pod_, spec_, object());
  if (!made) return meet(made.error(), now);
  for (auto const& warning : made->warnings) pod_.record(event_type::warning, warning.reason, warning.message);
  launch(std::move(made->child), now);
}

}  // namespace holdfast::cluster
