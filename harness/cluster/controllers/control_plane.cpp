#include "cluster/controllers/control_plane.hpp"

#include <algorithm>
#include <utility>

#include "cluster/controllers/autoscaler_controller.hpp"
#include "cluster/controllers/claim_controller.hpp"
#include "cluster/controllers/deployment_controller.hpp"
#include "cluster/controllers/endpoints_controller.hpp"
#include "cluster/controllers/garbage_collector.hpp"
#include "cluster/controllers/namespace_controller.hpp"
#include "cluster/controllers/pod_scheduler.hpp"
#include "cluster/controllers/replica_set_controller.hpp"
#include "cluster/controllers/service_controller.hpp"

namespace holdfast::cluster {

control_plane::control_plane(object_store& store, metrics_source& metrics, address_source& addresses, settings s)
    : settings_{std::move(s)},
      store_{store},
      cache_{store, settings_.clock, settings_.autoscaler.downscale_stabilization},
      events_{store, settings_.clock, settings_.events_kept} {
  controller_context const context{store_, cache_, events_, settings_.clock};
  // ReplicaSets before Deployments: a rollout then decides on statuses of the pods as they are.
  controllers_.push_back(std::make_unique<namespace_controller>(context));
  auto services = std::make_unique<service_controller>(context, addresses);
  services_ = services.get();
  controllers_.push_back(std::move(services));
  controllers_.push_back(std::make_unique<claim_controller>(context));
  controllers_.push_back(std::make_unique<garbage_collector>(context));
  controllers_.push_back(std::make_unique<replica_set_controller>(context));
  controllers_.push_back(std::make_unique<pod_scheduler>(context, settings_.node));
  controllers_.push_back(std::make_unique<deployment_controller>(context));
  controllers_.push_back(std::make_unique<autoscaler_controller>(context, metrics, settings_.autoscaler));
  controllers_.push_back(std::make_unique<endpoints_controller>(context));
}

control_plane::~control_plane() = default;

bool control_plane::holds_address(std::string const& service_uid) const {
  return services_->holds_address(service_uid);
}

void control_plane::catch_up() {
  auto const progress = cache_.catch_up([&](cached_change const& change) {
    for (auto const& each : controllers_) each->note(change);
  });
  bool const is_first = !std::exchange(has_listed_, true);
  if (progress == object_cache::progress::followed && !is_first) return;
  for (auto const& each : controllers_) each->note_all();
}

/// Each controller until it has no more to do; whether any had something, and no more is left than one step does.
bool control_plane::run_controllers(time_point now, std::size_t& syncs) {
  bool has_worked = false;
  for (auto const& each : controllers_) {
    while (syncs < settings_.most_syncs && each->sync_next(now)) {
      has_worked = true;
      ++syncs;
      catch_up();
    }
  }
  return has_worked;
}

std::optional<time_point> control_plane::step(time_point now) {
  std::size_t syncs = 0;
  catch_up();
  while (run_controllers(now, syncs)) {
    if (syncs >= settings_.most_syncs) return now;
  }
  std::optional<time_point> earliest;
  for (auto const& each : controllers_) {
    auto const due = each->next_due();
    if (due && (!earliest || *due < *earliest)) earliest = due;
  }
  return earliest;
}

}  // namespace holdfast::cluster
