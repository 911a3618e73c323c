#include "cli/up/cluster_watch.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace holdfast::cli {

using namespace cluster;

namespace {

std::string name_text(json const& object, std::string_view kind) {
  auto const& home = namespace_of(object);
  return home == "default" ? fmt::format("{}/{}", kind, name_of(object))
                           : fmt::format("{}/{} ({})", kind, name_of(object), home);
}

/// "127.3.0.1:8080, 127.0.0.1:8088"; empty while it has no address.
std::string addresses_of(json const& service) {
  auto const& address = text_at(service, "spec", "clusterIP");
  if (address.empty() || address == "None") return {};
  std::string text;
  for (auto const& port : member(service, "spec", "ports")) {
    text += fmt::format("{}{}:{}", text.empty() ? "" : ", ", address, integer_at(port, 0, "port"));
  }
  auto const& ingress = member(service, "status", "loadBalancer", "ingress");
  auto const& local_port = text_at(service, "metadata", "annotations", "holdfast.io/local-port");
  if (ingress.is_array() && !ingress.empty() && !local_port.empty()) {
    text += fmt::format(", {}:{}", text_at(ingress.front(), "ip"), local_port);
  }
  return text;
}

bool is_ready(json const& pod) {
  auto const& conditions = member(pod, "status", "conditions");
  return conditions.is_array() && std::ranges::any_of(conditions, [](json const& each) {
           return text_at(each, "type") == "Ready" && text_at(each, "status") == "True";
         });
}

/// Why a container does not run; empty while nothing is wrong.
std::string trouble_of(json const& pod) {
  for (auto const* const group : {"initContainerStatuses", "containerStatuses"}) {
    auto const& statuses = member(pod, "status", group);
    if (!statuses.is_array()) continue;
    for (auto const& each : statuses) {
      auto const& reason = text_at(each, "state", "waiting", "reason");
      if (!reason.empty() && reason != "ContainerCreating" && reason != "PodInitializing") {
        auto const& message = text_at(each, "state", "waiting", "message");
        return message.empty() ? reason : fmt::format("{}: {}", reason, message);
      }
    }
  }
  return {};
}

/// Empty while there is nothing worth a line.
std::string state_of(json const& pod) {
  if (is_terminating(pod)) return "ending";
  if (auto trouble = trouble_of(pod); !trouble.empty()) return trouble;
  if (is_ready(pod)) return fmt::format("ready at {}", text_at(pod, "status", "podIP"));
  auto const& phase = text_at(pod, "status", "phase");
  return phase == "Pending" ? std::string{} : phase == "Running" ? "running" : phase;
}

}  // namespace

void cluster_watch::say(std::string const& text) {
  lines_.push_back(fmt::format("{:8.2f} s  {}", in_seconds(now_ - start_), text));
}

std::vector<std::string> cluster_watch::lines_of(object_change const& change, time_point now) {
  now_ = now;
  if (change.kind == &kinds::service) tell_service(change);
  if (change.kind == &kinds::pod) tell_pod(change);
  if (change.kind == &kinds::event) tell_event(change);
  if (change.kind == &kinds::deployment) note_deployment(change);
  return std::exchange(lines_, {});
}

void cluster_watch::tell_service(object_change const& change) {
  auto const name = name_text(*change.object, "service");
  if (change.type == change_type::deleted) {
    if (said_.erase(name) > 0) say(name + "  gone");
    return;
  }
  auto const addresses = addresses_of(*change.object);
  if (addresses.empty() || said_[name] == addresses) return;
  said_[name] = addresses;
  say(fmt::format("{}  {}", name, addresses));
}

void cluster_watch::tell_pod(object_change const& change) {
  note_pod(change);
  auto const name = name_text(*change.object, "pod");
  if (change.type == change_type::deleted) {
    said_.erase(name);
    return say(name + "  gone");
  }
  auto const state = state_of(*change.object);
  if (state.empty() || said_[name] == state) return;
  said_[name] = state;
  say(fmt::format("{}  {}", name, state));
}

/// Warnings, each when it is made: a repetition is a change of its count.
void cluster_watch::tell_event(object_change const& change) {
  if (change.type != change_type::added || text_at(*change.object, "type") != "Warning") return;
  if (text_at(*change.object, "reason") == "FailedComputeMetricsReplicas") return;  // says again what another said
  auto const& about = member(*change.object, "involvedObject");
  auto kind = text_at(about, "kind");
  std::ranges::transform(kind, kind.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  say(fmt::format("{}/{}  warning: {}: {}", kind, text_at(about, "name"), text_at(*change.object, "reason"),
                  text_at(*change.object, "message")));
}

void cluster_watch::note_deployment(object_change const& change) {
  auto const key = key_of(*change.object);
  if (change.type == change_type::deleted) {
    deployments_.erase(key);
    return;
  }
  deployments_[key] = {integer_at(*change.object, 1, "spec", "replicas"),
                       integer_at(*change.object, 0, "status", "readyReplicas")};
}

void cluster_watch::note_pod(object_change const& change) {
  if (!controller_uid_of(*change.object).empty()) return;
  auto const key = key_of(*change.object);
  if (change.type == change_type::deleted) {
    lone_pods_.erase(key);
    return;
  }
  bool const is_there = is_ready(*change.object) || text_at(*change.object, "status", "phase") == "Succeeded";
  lone_pods_[key] = {1, is_there ? 1 : 0};
}

std::optional<std::string> cluster_watch::readiness(time_point now) {
  auto const is_there = [](auto const& each) { return each.second.is_there(); };
  bool const is_ready = (!deployments_.empty() || !lone_pods_.empty()) && std::ranges::all_of(deployments_, is_there) &&
                        std::ranges::all_of(lone_pods_, is_there);
  if (!is_ready || std::exchange(was_ready_, is_ready)) {
    was_ready_ = is_ready;
    return std::nullopt;
  }
  std::int64_t pods = static_cast<std::int64_t>(lone_pods_.size());
  for (auto const& [key, each] : deployments_) pods += each.wanted;
  return fmt::format("{:8.2f} s  all ready: {} {}", in_seconds(now - start_), pods, pods == 1 ? "pod" : "pods");
}

}  // namespace holdfast::cli
