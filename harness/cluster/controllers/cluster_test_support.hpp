#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "cluster/controllers/control_plane.hpp"
#include "cluster/objects/admission.hpp"
#include "cluster/objects/object_samples.hpp"

namespace holdfast::cluster {

/// Hands out 127.9.0.1, 127.9.0.2, ... and remembers who has which.
class told_addresses final : public address_source {
 public:
  result<std::string, std::string> take_service_address() override {
    auto address = "127.9.0." + std::to_string(++last_);
    taken[address] = true;
    return {boost::system::in_place_value, address};
  }
  result<std::string, std::string> take_this_service_address(std::string const& wanted) override {
    if (taken[wanted]) return {boost::system::in_place_error, "the address " + wanted + " is taken"};
    taken[wanted] = true;
    return {boost::system::in_place_value, wanted};
  }
  void give_back(std::string const& address) override { taken[address] = false; }

  std::map<std::string, bool> taken;

 private:
  int last_ = 0;
};

/// The same CPU use for every pod, and the same value of any metric of their own.
class told_metrics final : public metrics_source {
 public:
  metric_reading resource_use(metric_question const& question) override { return reading(question, cpu_milli); }
  metric_reading pods_metric(metric_question const& question) override { return reading(question, own_milli); }

  std::optional<std::int64_t> cpu_milli;
  std::optional<std::int64_t> own_milli;

 private:
  static metric_reading reading(metric_question const& question, std::optional<std::int64_t> value) {
    if (!value) return {.failure = "no metrics known"};
    metric_reading read;
    for (auto const& pod : question.pods) {
      if (pod.phase == pod_phase::running) {
        read.samples[pod.name] = {*value, question.now, std::chrono::seconds{1}};
      }
    }
    return read;
  }
};

/// Stands in for the node: pods run, become ready and end after told delays, one action at a time.
class fake_kubelet {
 public:
  struct behaviour {
    nanoseconds start = std::chrono::seconds{1};
    std::optional<nanoseconds> ready = std::chrono::seconds{2};  ///< after the start; nothing: never
    nanoseconds shutdown = std::chrono::seconds{3};
  };

  fake_kubelet(object_store& store, cluster_clock const& clock) : store_{store}, clock_{clock} {}

  std::function<behaviour(json const& pod)> behaves = [](json const&) { return behaviour{}; };

  /// One action that is due; false when there is none.
  bool act(time_point now);
  std::optional<time_point> next_due() const {
    if (actions_.empty()) return std::nullopt;
    return actions_.begin()->first;
  }
  void set_ready(object_key const& key, bool is_ready, time_point now);

 private:
  enum class step { start, ready, end };
  struct action {
    object_key key;
    std::string uid;
    step what;
  };
  void observe(time_point now);
  void start(object_key const& key, json pod, time_point now);

  object_store& store_;
  cluster_clock const& clock_;
  std::uint64_t version_ = 0;
  std::multimap<time_point, action> actions_;
  std::map<std::string, bool> ending_;  // uids
  int last_address_ = 0;
};

/// A cluster in virtual time: a store, the control plane, a node that is played, and the namespace "shop".
class virtual_cluster {
 public:
  explicit virtual_cluster(control_plane::settings s = {}, std::size_t changes_kept = 16 * 1024);

  /// Until nothing changes at this moment; when something will be due.
  std::optional<time_point> settle();
  void run_for(nanoseconds span);

  object_ptr create(resource_kind const& kind, json object);
  json get(resource_kind const& kind, std::string const& name) const;
  /// Applies a JSON merge patch, as its author would.
  void patch(resource_kind const& kind, std::string const& name, json const& change);
  void remove(resource_kind const& kind, std::string const& name, deletion const& how = {});
  std::vector<object_ptr> pods() const { return store.list(kinds::pod, "shop"); }
  /// Messages of all Events with that reason, about an object of that name.
  std::vector<std::string> events(std::string const& about, std::string const& reason) const;

  time_point now{std::chrono::hours{1000}};
  cluster_clock clock{{now, wall_time{std::chrono::sys_days{std::chrono::year{2026} / 1 / 31}}}};
  /// Refuses what it says something about.
  std::function<std::optional<std::string>(resource_kind const&, json const&)> refuses;
  object_store store;
  told_metrics metrics;
  told_addresses addresses;
  fake_kubelet kubelet{store, clock};
  control_plane plane;

 private:
  static control_plane::settings with_clock(control_plane::settings s, cluster_clock const& clock) {
    s.clock = clock;
    return s;
  }
};

/// A Deployment "book" in "shop" of so many pods with an image and resources; a JSON merge patch for its spec.
json book_deployment(std::int32_t replicas, json const& spec = json::object());

/// Every state of the two sets of a rollout that the store has seen: "4/1(0)": spec of the set with the old revision,
/// of the new one, and the new one's available pods.
std::vector<std::string> rollout_states(object_store const& store, std::uint64_t after,
                                        std::string const& new_revision);

}  // namespace holdfast::cluster
