#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "cluster/control/control_test_support.hpp"
#include "cluster/control/deployment.hpp"

namespace holdfast::cluster {

/// A Deployment with sets whose pods do as told: what the controllers decide is applied at once, pods become available
/// when the test says so, and a set that shrinks loses its unavailable pods first.
struct simulated_rollout {
  deployment_view view{.name = "book"};
  std::vector<rollout_set> sets{};
  std::string present_template = "v1";
  time_point now = test_now;
  std::vector<control_event> events{};

  deployment_decision sync() {
    for (auto& set : sets) set.matches_template = set.name == present_template;
    view.sets = sets;
    view.new_set_name = present_template;
    auto decision = sync_deployment(view, now);
    if (decision.create) {
      sets.push_back({.name = decision.create->name,
                      .replicas = decision.create->replicas,
                      .revision = decision.create->revision,
                      .created = now});
      mark(sets.back(), decision);
    }
    for (auto const& change : decision.resize) {
      auto& set = named(change.set);
      set.replicas = change.to;
      mark(set, decision);
    }
    if (decision.revision) named(present_template).revision = *decision.revision;
    std::erase_if(sets, [&](auto const& set) { return std::ranges::count(decision.remove, set.name) > 0; });
    for (auto& set : sets) settle(set);
    view.status = decision.status;
    events.insert(events.end(), decision.events.begin(), decision.events.end());
    now += std::chrono::milliseconds{1};
    return decision;
  }
  rollout_set& named(std::string const& name) { return *std::ranges::find(sets, name, &rollout_set::name); }
  void set_available(std::string const& name, std::int32_t count) {
    named(name).status.ready = named(name).status.available = count;
  }
  std::int32_t total() const {
    std::int32_t sum = 0;
    for (auto const& set : sets) sum += set.replicas;
    return sum;
  }
  std::int32_t available() const {
    std::int32_t sum = 0;
    for (auto const& set : sets) sum += set.status.available;
    return sum;
  }
  /// "4/1(0)": old sets / the present one (its available pods).
  std::string picture() {
    auto const fresh = std::ranges::find(sets, present_template, &rollout_set::name);
    if (fresh == sets.end()) return std::to_string(total()) + "/0(0)";
    return std::to_string(total() - fresh->replicas) + "/" + std::to_string(fresh->replicas) + "(" +
           std::to_string(fresh->status.available) + ")";
  }
  /// A complete rollout of v1; v2 is the present template.
  static simulated_rollout settled(rollout_spec spec) {
    simulated_rollout world;
    world.view.spec = spec;
    world.sync();
    world.set_available("v1", spec.replicas);
    world.sync();
    world.present_template = "v2";
    return world;
  }
  /// Syncs until nothing moves, then lets one new pod become available, and so on; a picture for every change.
  std::vector<std::string> trace(bool becomes_available) {
    std::vector<std::string> pictures;
    for (int quiet = 0, step = 0; quiet < 3 && step < 200; ++step) {
      sync();
      if (pictures.empty() || pictures.back() != picture()) {
        pictures.push_back(picture());
        quiet = 0;
        continue;
      }
      auto& fresh = named(present_template);
      bool const can_rise = becomes_available && fresh.status.available < fresh.replicas;
      if (can_rise) set_available(present_template, fresh.status.available + 1);
      if (can_rise) pictures.push_back(picture());
      quiet = can_rise ? 0 : quiet + 1;
    }
    return pictures;
  }

 private:
  static void mark(rollout_set& set, deployment_decision const& decision) {
    set.sized_for = decision.sized_for;
    set.max_total = decision.max_total;
  }
  static void settle(rollout_set& set) {
    set.status.replicas = set.replicas;
    set.status.ready = std::min(set.status.ready, set.replicas);
    set.status.available = std::min(set.status.available, set.replicas);
  }
};

}  // namespace holdfast::cluster
