#include "experiment/profile_action.hpp"

#include <array>
#include <csignal>
#include <cstring>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cluster/objects/object_meta.hpp"
#include "experiment/profile_keys.hpp"
#include "experiment/profile_parts.hpp"

namespace holdfast::experiment {
namespace {

std::string shown(object_name const& object) { return fmt::format("{}/{}", object.kind->name, object.name); }

std::string shown(pod_choice const& pods) {
  constexpr std::array<std::string_view, 3> orders{"random", "oldest", "newest"};
  auto const order = orders[static_cast<std::size_t>(pods.order)];
  auto const how_many = !pods.count       ? std::string{"all pods"}
                        : *pods.count > 1 ? fmt::format("{} {} pods", *pods.count, order)
                                          : fmt::format("{} pod", pods.order == pod_order::random   ? "a random"
                                                                  : pods.order == pod_order::oldest ? "the oldest"
                                                                                                    : "the newest");
  if (!pods.deployment.empty()) return fmt::format("{} of deployment/{}", how_many, pods.deployment);
  std::vector<std::string> labels;
  for (auto const& [name, value] : pods.labels) labels.push_back(fmt::format("{}={}", name, value));
  return fmt::format("{} with {}", how_many, fmt::join(labels, ","));
}

std::string shown(fault_action const& fault) {
  constexpr std::array<std::string_view, 3> directions{"to-pod", "to-client", "both"};
  auto text = fmt::format("{} on service/{}", fault.request.kind, fault.service);
  if (!fault.port.empty()) text += fmt::format(" port {}", fault.port);
  for (auto const& [name, value] : fault.request.parameters) text += fmt::format(" {}={}", name, value);
  if (fault.request.direction) {
    text += fmt::format(" direction={}", directions[static_cast<std::size_t>(*fault.request.direction)]);
  }
  return text;
}

struct describer {
  std::string operator()(rollout_action const& a) const {
    return a.image.empty() ? fmt::format("restart deployment/{}", a.deployment)
                           : fmt::format("roll deployment/{} out to {}", a.deployment, a.image);
  }
  std::string operator()(scale_action const& a) const {
    return fmt::format("scale deployment/{} to {}", a.deployment, a.replicas);
  }
  std::string operator()(kill_action const& a) const {
    return fmt::format("send SIG{} to {}", ::sigabbrev_np(a.signal), shown(a.pods));
  }
  std::string operator()(pause_action const& a) const { return "pause " + shown(a.pods); }
  std::string operator()(continue_action const& a) const { return "continue " + shown(a.pods); }
  std::string operator()(delete_action const& a) const {
    return "delete " + std::visit([](auto const& what) { return shown(what); }, a.what);
  }
  std::string operator()(create_action const& a) const {
    std::vector<std::string> names;
    for (auto const& each : a.objects.objects) {
      names.push_back(fmt::format("{}/{}", each.kind->name, cluster::name_of(each.object)));
    }
    return fmt::format("create {}", fmt::join(names, ", "));
  }
  std::string operator()(patch_action const& a) const { return "patch " + shown(a.object); }
  std::string operator()(fault_action const& a) const { return "fault " + shown(a); }
  std::string operator()(command_action const& a) const { return fmt::format("run {}", fmt::join(a.words, " ")); }
};

struct namer {
  static std::string on(std::string_view what, pod_choice const& pods) {
    return fmt::format("{}-{}", what, pods.deployment.empty() ? "pods" : pods.deployment);
  }
  std::string operator()(rollout_action const& a) const { return "rollout-" + a.deployment; }
  std::string operator()(scale_action const& a) const { return "scale-" + a.deployment; }
  std::string operator()(kill_action const& a) const { return on("kill", a.pods); }
  std::string operator()(pause_action const& a) const { return on("pause", a.pods); }
  std::string operator()(continue_action const& a) const { return on("continue", a.pods); }
  std::string operator()(delete_action const& a) const {
    if (auto const* const pods = std::get_if<pod_choice>(&a.what)) return on("delete", *pods);
    return "delete-" + std::get<object_name>(a.what).name;
  }
  std::string operator()(create_action const&) const { return "create"; }
  std::string operator()(patch_action const& a) const { return "patch-" + a.object.name; }
  std::string operator()(fault_action const& a) const { return fmt::format("{}-{}", a.request.kind, a.service); }
  std::string operator()(command_action const&) const { return "run"; }
};

}  // namespace

std::string_view key_of(action_kind const& kind) { return profile_keys::action_kinds[kind.index()]; }
std::string describe(action_kind const& kind) { return std::visit(describer{}, kind); }
std::string default_name(action_kind const& kind) { return std::visit(namer{}, kind); }

}  // namespace holdfast::experiment
