#include <fmt/format.h>

#include "cluster/api/age_text.hpp"
#include "cluster/api/table_columns.hpp"
#include "cluster/objects/object_meta.hpp"

namespace holdfast::cluster {
namespace {

json const& statuses(json const& pod, char const* field) {
  static json const none = json::array();
  auto const& found = member(pod, "status", field);
  return found.is_array() ? found : none;
}

bool is_true(json const& value) { return value.is_boolean() && value.get<bool>(); }

std::string ended_text(json const& terminated) {
  auto const& reason = text_at(terminated, "reason");
  if (!reason.empty()) return reason;
  auto const signal = integer_at(terminated, 0, "signal");
  if (signal != 0) return fmt::format("Signal:{}", signal);
  return fmt::format("ExitCode:{}", integer_at(terminated, 0, "exitCode"));
}

struct summary {
  std::string reason;
  std::int64_t ready = 0;
  std::int64_t restarts = 0;
  json last_restart;  ///< stamp of the latest end of an earlier instance
};

/// What the containers say goes before the pod's phase; of several the first.
void look_at_containers(json const& pod, summary& s) {
  auto is_running = false;
  auto const& all = statuses(pod, "containerStatuses");
  for (auto each = all.rbegin(); each != all.rend(); ++each) {
    s.restarts += integer_at(*each, 0, "restartCount");
    auto const& ended = member(*each, "lastState", "terminated", "finishedAt");
    if (ended.is_string() && (!s.last_restart.is_string() || s.last_restart < ended)) s.last_restart = ended;
    auto const& waiting = text_at(*each, "state", "waiting", "reason");
    auto const& terminated = member(*each, "state", "terminated");
    if (!waiting.empty()) {
      s.reason = waiting;
    } else if (terminated.is_object()) {
      s.reason = ended_text(terminated);
    } else if (is_true(member(*each, "ready")) && member(*each, "state", "running").is_object()) {
      is_running = true;
      ++s.ready;
    }
  }
  if (s.reason == "Completed" && is_running) s.reason = "Running";
}

/// While init containers are at work, "Init:1/2" or why they are not.
bool look_at_init_containers(json const& pod, summary& s) {
  auto const& all = statuses(pod, "initContainerStatuses");
  for (std::size_t i = 0; i < all.size(); ++i) {
    auto const& terminated = member(all[i], "state", "terminated");
    if (terminated.is_object() && integer_at(terminated, 0, "exitCode") == 0) continue;
    auto const& waiting = text_at(all[i], "state", "waiting", "reason");
    s.restarts += integer_at(all[i], 0, "restartCount");
    if (terminated.is_object()) {
      s.reason = "Init:" + ended_text(terminated);
    } else if (!waiting.empty() && waiting != "PodInitializing") {
      s.reason = "Init:" + waiting;
    } else {
      s.reason = fmt::format("Init:{}/{}", i, all.size());
    }
    return true;
  }
  return false;
}

summary summary_of(json const& pod) {
  summary s{.reason = text_at(pod, "status", "phase")};
  auto const& reason = text_at(pod, "status", "reason");
  if (!reason.empty()) s.reason = reason;
  if (!look_at_init_containers(pod, s)) look_at_containers(pod, s);
  if (is_terminating(pod)) s.reason = "Terminating";
  return s;
}

}  // namespace

std::vector<table_column> pod_columns() {
  return {
      name_column(),
      {.name = "Ready",
       .cell =
           [](json const& pod, wall_time) {
             auto const& containers = member(pod, "spec", "containers");
             return json(fmt::format("{}/{}", summary_of(pod).ready, containers.is_array() ? containers.size() : 0));
           }},
      {.name = "Status", .cell = [](json const& pod, wall_time) { return json(summary_of(pod).reason); }},
      {.name = "Restarts",
       .cell =
           [](json const& pod, wall_time now) {
             auto const s = summary_of(pod);
             if (s.restarts == 0 || !s.last_restart.is_string()) return json(std::to_string(s.restarts));
             return json(fmt::format("{} ({} ago)", s.restarts, age_text(s.last_restart, now)));
           }},
      age_column(),
      wide(text_column("IP", "/status/podIP"_json_pointer)),
      wide(text_column("Node", "/spec/nodeName"_json_pointer)),
      wide(text_column("Nominated Node", "/status/nominatedNodeName"_json_pointer)),
      wide(text_column("Readiness Gates", "/nothing"_json_pointer))};
}

}  // namespace holdfast::cluster
