#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cluster/objects/manifest_reader.hpp"
#include "cluster/objects/patches.hpp"
#include "cluster/proxy/proxy_options.hpp"
#include "core/clock.hpp"
#include "experiment/profile_condition.hpp"

namespace holdfast::experiment {

/// An object of the system. Without a namespace in its manifest it is in "default".
struct object_name {
  cluster::resource_kind const* kind = nullptr;
  std::string name;
  std::string name_space = "default";
};

enum class pod_order : std::uint8_t { random, oldest, newest };

/// Which pods an action is about: those of a Deployment, or those that have all the labels.
struct pod_choice {
  std::string deployment{};  ///< empty: by labels
  std::map<std::string, std::string> labels{};
  std::optional<std::uint32_t> count = 1;  ///< nothing: all
  pod_order order = pod_order::random;     ///< random by the arm run's seed and the step's number
};

/// As `kubectl set image`, or without an image as `kubectl rollout restart`.
struct rollout_action {
  std::string deployment;
  std::string container;  ///< empty without an image
  std::string image;      ///< empty: restart
};
struct scale_action {
  std::string deployment;
  std::uint32_t replicas = 0;
};
/// A signal to the processes of the pods' containers.
struct kill_action {
  pod_choice pods;
  int signal = 9;
};
/// SIGSTOP; SIGCONT at the action's end, if it has one.
struct pause_action {
  pod_choice pods;
};
/// SIGCONT.
struct continue_action {
  pod_choice pods;
};
/// One object, or pods: as `kubectl delete`.
struct delete_action {
  std::variant<object_name, pod_choice> what;
};
struct create_action {
  cluster::manifest_set objects;
};
struct patch_action {
  object_name object;
  cluster::patch_type type = cluster::patch_type::merge;
  cluster::json patch;
};
struct fault_action {
  std::string service;
  std::string port{};              ///< its name, or its number when it has none; empty: all ports
  cluster::fault_request request;  ///< checked; `services` is left to the one who knows the proxy's names
};
/// A program without a shell, in the profile's folder, with KUBECONFIG set. Fails when it ends with another code than 0
/// or not in time.
struct command_action {
  std::vector<std::string> words;
  nanoseconds limit = std::chrono::seconds{30};
};

using action_kind = std::variant<rollout_action, scale_action, kill_action, pause_action, continue_action,
                                 delete_action, create_action, patch_action, fault_action, command_action>;

/// The key that stands for it in a profile: "rollout", "scale", ..., "run".
std::string_view key_of(action_kind const& kind);
/// What is done, for people: "rollout of deployment/book to bookshop/book:v4".
std::string describe(action_kind const& kind);

/// From the load's first request.
struct at_time {
  nanoseconds at{};
};
/// When the condition comes true after the load's beginning, and `after` more.
struct on_condition {
  condition when;
  nanoseconds after{};
  std::optional<nanoseconds> within{};  ///< not true by then: the action has failed. Nothing: by the end of the load
};

/// When a fault or a pause ends.
struct action_end {
  std::optional<nanoseconds> lasts{};
  std::optional<condition> until{};  ///< at the latest with the load
};

struct action {
  std::string name;
  std::string why{};
  std::variant<at_time, on_condition> trigger;
  std::uint32_t times = 1;
  nanoseconds every{};  ///< between the beginnings, when times > 1
  action_end end{};     ///< of faults and pauses; both empty: with the load
  action_kind kind;
};

}  // namespace holdfast::experiment
