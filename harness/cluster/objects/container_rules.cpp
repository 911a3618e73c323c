#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "cluster/objects/object_meta.hpp"
#include "cluster/objects/object_rules.hpp"

namespace holdfast::cluster {
namespace {

constexpr std::array<std::string_view, 4> fields_anywhere{"metadata.name", "metadata.namespace", "metadata.uid",
                                                          "metadata.annotations"};
constexpr std::array<std::string_view, 6> fields_of_env{
    "spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs"};

/// "metadata.labels['app']"
bool is_subscripted(std::string_view path) {
  for (auto const* const whole : {"metadata.labels", "metadata.annotations"}) {
    if (!path.starts_with(whole)) continue;
    path.remove_prefix(std::string_view{whole}.size());
    return path.size() > 4 && path.starts_with("['") && path.ends_with("']");
  }
  return false;
}

bool is_known_field(std::string_view path, bool in_volume) {
  if (is_subscripted(path)) return true;
  bool const is_whole_map = path == "metadata.labels" || path == "metadata.annotations";
  if (is_whole_map) return in_volume;
  if (std::ranges::find(fields_anywhere, path) != fields_anywhere.end()) return true;
  return !in_volume && std::ranges::find(fields_of_env, path) != fields_of_env.end();
}

void check_variable(std::string const& path, json const& variable, field_problems& found) {
  auto const& source = member(variable, "valueFrom");
  if (source.is_null()) return;
  if (!text_at(variable, "value").empty()) {
    found.push_back(is_invalid(path + ".valueFrom", "", "may not be given together with a value", "Keep one of them"));
  }
  auto const at = path + ".valueFrom";
  check_one_of(at, source, {"configMapKeyRef", "fieldRef", "resourceFieldRef", "secretKeyRef"}, found);
  for (auto const* const reference : {"configMapKeyRef", "secretKeyRef"}) {
    auto const& chosen = member(source, reference);
    if (chosen.is_object() && text_at(chosen, "name").empty()) {
      found.push_back(is_missing(fmt::format("{}.{}.name", at, reference), "has to be given"));
    }
  }
  check_field_reference(at + ".fieldRef", member(source, "fieldRef"), false, found);
}

void check_sources(std::string const& path, json const& sources, field_problems& found) {
  if (!sources.is_array()) return;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    auto const at = element_path(path, i);
    check_one_of(at, sources[i], {"configMapRef", "secretRef"}, found);
    for (auto const* const reference : {"configMapRef", "secretRef"}) {
      auto const& chosen = member(sources[i], reference);
      if (chosen.is_object() && text_at(chosen, "name").empty()) {
        found.push_back(is_missing(fmt::format("{}.{}.name", at, reference), "has to be given"));
      }
    }
  }
}

void check_command(std::string const& path, json const& exec, field_problems& found) {
  if (!exec.is_object()) return;
  auto const& command = member(exec, "command");
  if (!command.is_array() || command.empty()) found.push_back(is_missing(path + ".exec.command", "has to be given"));
}

void check_handler(std::string const& path, json const& handler, field_problems& found) {
  check_command(path, member(handler, "exec"), found);
  check_port(path + ".httpGet.port", member(handler, "httpGet", "port"), found);
  check_port(path + ".tcpSocket.port", member(handler, "tcpSocket", "port"), found);
}

void check_probe(std::string const& path, json const& probe, bool is_readiness, field_problems& found) {
  if (!probe.is_object()) return;
  // A refused handler has its own message.
  if (member(probe, "grpc").is_null()) check_one_of(path, probe, {"exec", "httpGet", "tcpSocket"}, found);
  check_handler(path, probe, found);
  if (is_readiness) {
    if (!member(probe, "terminationGracePeriodSeconds").is_null()) {
      found.push_back(is_invalid(path + ".terminationGracePeriodSeconds",
                                 member(probe, "terminationGracePeriodSeconds"),
                                 "must not be set for readinessProbes"));
    }
  } else if (integer_at(probe, 1, "successThreshold") != 1) {
    found.push_back(is_invalid(path + ".successThreshold", member(probe, "successThreshold"), "must be 1"));
  }
}

}  // namespace

void check_field_reference(std::string const& path, json const& reference, bool in_volume, field_problems& found) {
  auto const& field = text_at(reference, "fieldPath");
  if (field.empty() || is_known_field(field, in_volume)) return;
  found.push_back(is_invalid(path + ".fieldPath", field, "is no field that the downward API can tell here",
                             "Use e.g. metadata.name, metadata.labels['app']" +
                                 std::string{in_volume ? " or metadata.labels" : " or status.podIP"}));
}

void check_env(std::string const& path, json const& container, field_problems& found) {
  auto const& variables = member(container, "env");
  if (variables.is_array()) {
    for (std::size_t i = 0; i < variables.size(); ++i)
      check_variable(element_path(path + ".env", i), variables[i], found);
  }
  check_sources(path + ".envFrom", member(container, "envFrom"), found);
}

void check_probes(std::string const& path, json const& container, bool is_init, field_problems& found) {
  for (auto const* const name : {"livenessProbe", "readinessProbe", "startupProbe", "lifecycle"}) {
    auto const& part = member(container, name);
    if (part.is_null()) continue;
    auto const at = path + '.' + name;
    if (is_init) {
      found.push_back(is_forbidden(at, "must not be set for init containers", "Remove it"));
    } else if (std::string_view{name} != "lifecycle") {
      check_probe(at, part, std::string_view{name} == "readinessProbe", found);
    }
  }
  for (auto const* const hook : {"postStart", "preStop"}) {
    auto const& handler = member(container, "lifecycle", hook);
    if (!handler.is_object()) continue;
    auto const at = fmt::format("{}.lifecycle.{}", path, hook);
    if (member(handler, "tcpSocket").is_null()) check_one_of(at, handler, {"exec", "httpGet", "sleep"}, found);
    check_handler(at, handler, found);
  }
}

}  // namespace holdfast::cluster
