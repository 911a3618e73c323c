// What a container_runner does with probes.

#include <utility>

#include <fmt/format.h>

#include "cluster/agent/container_runner.hpp"

namespace holdfast::cluster {

/// The workers live as long as the pod: Kubernetes keeps their run of results over a restart.
void container_runner::begin_probes() {
  for (auto const& [type, spec] : spec_.probes) {
    if (probes_.contains(type)) continue;
    auto const of_type = type;
    probe_runner::callbacks calls{
        .view = [this] { return view_for_probe(); },
        .place = [this] { return place_for_probe(); },
        .on_publication = [this, of_type](probe_publication const& what) { probe_published(of_type, what); },
        .on_complaint =
            [this, of_type](handler_result const& what) {
              bool const is_warning = what.outcome == handler_outcome::success_with_warning;
              pod_.record(event_type::warning, is_warning ? "ProbeWarning" : "Unhealthy",
                          fmt::format("{} probe {}: {}", text_of(of_type),
                                      is_warning                                 ? "warning"
                                      : what.outcome == handler_outcome::not_run ? "errored"
                                                                                 : "failed",
                                      what.message));
            }};
    probes_.emplace(type, std::make_unique<probe_runner>(pod_.parts, type, spec, std::move(calls)));
  }
}

probe_view container_runner::view_for_probe() const {
  probe_view seen{.instance = instance_id_,
                  .is_running = is_running(),
                  .will_restart = is_running() || should_start(view(), policy()),
                  .is_started = is_started(),
                  .phase = pod_phase::running,
                  .is_deleted = pod_.is_deleted};
  if (auto const* const now = std::get_if<running_state>(&state_)) seen.started_at = now->started_at;
  return seen;
}

std::optional<probe_result> container_runner::published(probe_type type) const {
  if (!spec_.probes.contains(type)) return std::nullopt;
  auto const found = results_.find(type);
  if (found != results_.end()) return found->second;
  return type == probe_type::readiness ? probe_result::failure : probe_result::unknown;
}

bool container_runner::is_started() const { return is_container_started(is_running(), published(probe_type::startup)); }

void container_runner::probe_published(probe_type type, probe_publication const& what) {
  if (what.instance != instance_id_) return;
  results_[type] = what.result;
  if (what.kills && is_running()) {
    auto const& probe = spec_.probes.at(type).settings;
    stop_instance(probe.termination_grace.value_or(pod_.spec.grace),
                  fmt::format("Container {} failed {} probe, will be restarted", spec_.name,
                              type == probe_type::liveness ? "liveness" : "startup"));
  }
  pod_.changed();
}

void container_runner::try_readiness() {
  auto const found = probes_.find(probe_type::readiness);
  if (found == probes_.end()) return;
  bool const is_ready = is_container_ready(is_running(), is_started(), published(probe_type::readiness));
  if (wants_extra_readiness_attempt(is_started(), is_ready, true)) found->second->attempt_now();
}

}  // namespace holdfast::cluster
