#include "experiment/actions/action_decisions.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/random.hpp"

namespace holdfast::experiment {

using namespace cluster;
using boost::system::in_place_error;
using boost::system::in_place_value;

namespace {

constexpr char const* restarted_at = "kubectl.kubernetes.io/restartedAt";

std::string refusal_of(std::string_view what, std::string_view name, std::vector<std::string> const& there) {
  std::vector<std::string_view> const words{there.begin(), there.end()};
  if (there.empty()) return fmt::format("there is no {} \"{}\", and no other", what, name);
  auto text = fmt::format("there is no {} \"{}\", but: {}", what, name, fmt::join(there, ", "));
  auto const near = nearest_word(name, words);
  return near.empty() ? text : fmt::format("{}. Nearest is \"{}\"", text, near);
}

std::vector<std::string> names_of(object_store const& store, resource_kind const& kind) {
  std::vector<std::string> names;
  for (auto const& each : store.list(kind)) names.push_back(cluster::name_of(*each));
  return names;
}

bool is_choosable(json const& pod) {
  auto const& phase = text_at(pod, "status", "phase");
  return !is_terminating(pod) && phase != "Succeeded" && phase != "Failed";
}

bool is_chosen(pod_choice const& choice, owned_pod const& each) {
  if (!choice.deployment.empty()) return each.owner == choice.deployment;
  auto const labels = labels_of(*each.pod);
  return std::ranges::all_of(choice.labels, [&](auto const& wanted) {
    auto const found = labels.find(wanted.first);
    return found != labels.end() && found->second == wanted.second;
  });
}

void put_in_order(std::vector<object_ptr>& pods, pod_order order, std::uint64_t seed) {
  auto const age_then_name = [](object_ptr const& pod) {
    return std::pair{text_at(*pod, "metadata", "creationTimestamp"), cluster::name_of(*pod)};
  };
  std::ranges::sort(pods, {}, age_then_name);
  if (order == pod_order::newest) std::ranges::reverse(pods);
  if (order != pod_order::random) return;
  random_engine random{seed};
  for (auto left = pods.size(); left > 1; --left) std::swap(pods[left - 1], pods[random.below(left)]);
}

std::string text_of(pod_choice const& choice) {
  if (!choice.deployment.empty()) return "pods of deployment/" + choice.deployment;
  std::vector<std::string> labels;
  for (auto const& [key, value] : choice.labels) labels.push_back(key + '=' + value);
  return fmt::format("pods with {}", fmt::join(labels, ","));
}

std::string text_of(object_name const& which) {
  std::string kind{which.kind->name};
  std::ranges::transform(kind, kind.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return kind + '/' + which.name;
}

std::vector<std::string> parts_of(std::string_view annotation) {
  std::vector<std::string> parts;
  while (!annotation.empty()) {
    auto const end = std::min(annotation.find(';'), annotation.size());
    auto part = annotation.substr(0, end);
    annotation.remove_prefix(std::min(end + 1, annotation.size()));
    auto const first = std::min(part.find_first_not_of(" \t\r\n"), part.size());
    part.remove_prefix(first);
    part = part.substr(0, part.find_last_not_of(" \t\r\n") + 1);
    if (!part.empty()) parts.emplace_back(part);
  }
  return parts;
}

json* container_in(json& deployment, std::string const& name) {
  auto& containers = deployment["spec"]["template"]["spec"]["containers"];
  if (name.empty() && containers.size() == 1) return &containers[0];
  auto const found = std::ranges::find_if(containers, [&](json const& each) { return text_at(each, "name") == name; });
  return found == containers.end() ? nullptr : &*found;
}

struct target_text {
  std::string operator()(rollout_action const& action) const { return "deployment/" + action.deployment; }
  std::string operator()(scale_action const& action) const { return "deployment/" + action.deployment; }
  std::string operator()(kill_action const& action) const { return text_of(action.pods); }
  std::string operator()(pause_action const& action) const { return text_of(action.pods); }
  std::string operator()(continue_action const& action) const { return text_of(action.pods); }
  std::string operator()(delete_action const& action) const {
    return std::visit([](auto const& what) { return text_of(what); }, action.what);
  }
  std::string operator()(create_action const& action) const {
    std::vector<std::string> names;
    for (auto const& each : action.objects.objects)
      names.push_back(text_of(object_name{each.kind, cluster::name_of(each.object)}));
    return fmt::format("{}", fmt::join(names, ", "));
  }
  std::string operator()(patch_action const& action) const { return text_of(action.object); }
  std::string operator()(fault_action const& action) const { return "service/" + action.service; }
  std::string operator()(command_action const& action) const { return fmt::format("{}", fmt::join(action.words, " ")); }
};

}  // namespace

decided<object_ptr> find_object(object_store const& store, object_name const& which) {
  if (auto found = store.find(*which.kind, {which.kind->is_namespaced ? which.name_space : "", which.name})) {
    return {in_place_value, std::move(found)};
  }
  return {in_place_error, refusal_of(which.kind->name, which.name, names_of(store, *which.kind))};
}

decided<object_ptr> find_workload(object_store const& store, resource_kind const& kind, std::string const& name) {
  object_ptr found;
  int others = 0;
  for (auto const& each : store.list(kind)) {
    if (cluster::name_of(*each) != name) continue;
    if (namespace_of(*each) == "default") return {in_place_value, each};
    found = each;
    ++others;
  }
  if (others == 1) return {in_place_value, found};
  if (others > 1) return {in_place_error, fmt::format("several namespaces have a {} \"{}\"", kind.name, name)};
  return {in_place_error, refusal_of(kind.name, name, names_of(store, kind))};
}

decided<json> rolled_out(json deployment, rollout_action const& action, wall_time now) {
  if (action.image.empty()) {
    deployment["spec"]["template"]["metadata"]["annotations"][restarted_at] = stamp_of(now);
    return {in_place_value, std::move(deployment)};
  }
  auto* const container = container_in(deployment, action.container);
  if (container == nullptr) {
    std::vector<std::string> names;
    for (auto const& each : deployment["spec"]["template"]["spec"]["containers"])
      names.push_back(text_at(each, "name"));
    return {in_place_error, refusal_of("container", action.container, names)};
  }
  if (text_at(*container, "image") == action.image) {
    return {in_place_error, fmt::format("container \"{}\" has the image \"{}\" already: nothing would roll out",
                                        text_at(*container, "name"), action.image)};
  }
  (*container)["image"] = action.image;
  return {in_place_value, std::move(deployment)};
}

decided<json> resized(json deployment, std::uint32_t replicas) {
  if (integer_at(deployment, 1, "spec", "replicas") == static_cast<std::int64_t>(replicas)) {
    return {in_place_error, fmt::format("it has {} replicas already", replicas)};
  }
  deployment["spec"]["replicas"] = replicas;
  return {in_place_value, std::move(deployment)};
}

decided<std::vector<object_ptr>> chosen_pods(pod_choice const& choice, std::span<owned_pod const> all,
                                             std::uint64_t seed) {
  std::vector<object_ptr> pods;
  for (auto const& each : all) {
    if (is_choosable(*each.pod) && is_chosen(choice, each)) pods.push_back(each.pod);
  }
  if (pods.empty()) return {in_place_error, fmt::format("there are no {}", text_of(choice))};
  if (choice.count && pods.size() < *choice.count) {
    return {in_place_error,
            fmt::format("of the {} asked for there are {} {}", *choice.count, pods.size(), text_of(choice))};
  }
  put_in_order(pods, choice.order, seed);
  if (choice.count) pods.resize(*choice.count);
  return {in_place_value, std::move(pods)};
}

std::string fault_text_of(fault_action const& action) {
  auto text = action.request.kind;
  for (auto const& [name, value] : action.request.parameters) text += fmt::format(" {}={}", name, value);
  constexpr std::array<std::string_view, 3> directions{"to-pod", "to-client", "both"};
  if (action.request.direction) {
    text += fmt::format(" direction={}", directions[static_cast<std::size_t>(*action.request.direction)]);
  }
  if (!action.port.empty()) text += " port=" + action.port;
  return text;
}

std::string with_fault(std::string_view annotation, std::string_view fault) {
  auto parts = parts_of(annotation);
  if (std::ranges::find(parts, fault) == parts.end()) parts.emplace_back(fault);
  return fmt::format("{}", fmt::join(parts, "; "));
}

std::string without_fault(std::string_view annotation, std::string_view fault) {
  auto parts = parts_of(annotation);
  std::erase(parts, fault);
  return fmt::format("{}", fmt::join(parts, "; "));
}

std::string_view type_of(action_kind const& kind) {
  constexpr std::array<std::string_view, std::variant_size_v<action_kind>> names{
      "rollout", "scale", "kill", "pause", "continue", "delete", "create", "patch", "fault", "run"};
  return names[kind.index()];
}

std::string target_of(action_kind const& kind) { return std::visit(target_text{}, kind); }

}  // namespace holdfast::experiment
