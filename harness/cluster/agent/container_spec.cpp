#include "cluster/agent/container_spec.hpp"

#include <array>
#include <utility>

#include "cluster/agent/resource_amount.hpp"

namespace holdfast::cluster {
namespace {

struct probe_field {
  char const* name;
  probe_type type;
};
constexpr std::array probe_fields{probe_field{"startupProbe", probe_type::startup},
                                  probe_field{"livenessProbe", probe_type::liveness},
                                  probe_field{"readinessProbe", probe_type::readiness}};

std::vector<std::string> words_of(json const& list) {
  std::vector<std::string> words;
  for (auto const& word : list) words.push_back(word.get<std::string>());
  return words;
}

std::chrono::seconds seconds_at(json const& object, char const* field, std::int64_t otherwise) {
  return std::chrono::seconds{integer_at(object, otherwise, field)};
}

/// A number, or the name of one of the container's ports. 0, which is no port, when there is none of that name.
std::uint16_t port_of(json const& port, json const& container) {
  if (port.is_number_integer()) return port.get<std::uint16_t>();
  for (auto const& each : member(container, "ports")) {
    if (member(each, "name") == port) return static_cast<std::uint16_t>(integer_at(each, 0, "containerPort"));
  }
  return 0;
}

std::string host_of(json const& action, std::string const& address) {
  auto const& host = text_at(action, "host");
  return host.empty() ? address : host;
}

http_get_action http_get_from(json const& get, json const& container, std::string const& address) {
  http_get_action action{.host = host_of(get, address), .port = port_of(member(get, "port"), container)};
  if (auto const& path = text_at(get, "path"); !path.empty()) action.path = path;
  if (text_at(get, "scheme") == "HTTPS") action.scheme = http_get_action::protocol::https;
  for (auto const& header : member(get, "httpHeaders")) {
    action.headers.emplace_back(text_at(header, "name"), text_at(header, "value"));
  }
  return action;
}

/// Nothing when there is no handler.
std::optional<handler_action> handler_from(json const& handler, json const& container, std::string const& address) {
  if (auto const& get = member(handler, "httpGet"); get.is_object()) return http_get_from(get, container, address);
  if (auto const& socket = member(handler, "tcpSocket"); socket.is_object()) {
    return tcp_socket_action{.host = host_of(socket, address), .port = port_of(member(socket, "port"), container)};
  }
  if (auto const& exec = member(handler, "exec"); exec.is_object())
    return exec_action{words_of(member(exec, "command"))};
  if (auto const& sleep = member(handler, "sleep"); sleep.is_object()) {
    return sleep_action{seconds_at(sleep, "seconds", 0)};
  }
  return std::nullopt;
}

probe_settings settings_from(json const& probe) {
  probe_settings const standard;
  probe_settings settings{
      .initial_delay = seconds_at(probe, "initialDelaySeconds", standard.initial_delay.count()),
      .period = seconds_at(probe, "periodSeconds", standard.period.count()),
      .timeout = seconds_at(probe, "timeoutSeconds", standard.timeout.count()),
      .success_threshold = static_cast<std::int32_t>(integer_at(probe, standard.success_threshold, "successThreshold")),
      .failure_threshold =
          static_cast<std::int32_t>(integer_at(probe, standard.failure_threshold, "failureThreshold"))};
  if (auto const& grace = member(probe, "terminationGracePeriodSeconds"); !grace.is_null()) {
    settings.termination_grace = std::chrono::seconds{grace.get<std::int64_t>()};
  }
  return settings;
}

/// A limit of 0 is none, as for the container runtimes.
std::optional<quantity> limit_of(json const& resources, char const* name) {
  auto const limit = amount_of(member(resources, "limits", name));
  return limit && *limit > quantity{} ? limit : std::nullopt;
}

cgroup_limits limits_from(json const& resources) {
  cgroup_limits limits;
  auto const cpu = limit_of(resources, "cpu");
  auto const request = amount_of(member(resources, "requests", "cpu"));
  if (cpu) limits.cpu_limit = cpu->milli();
  if (request) {
    limits.cpu_request = request->milli();
  } else {
    limits.cpu_request = limits.cpu_limit;
  }
  if (auto const memory = limit_of(resources, "memory")) {
    limits.memory_limit = (static_cast<std::uint64_t>(memory->milli()) + 999) / 1000;
  }
  return limits;
}

container_spec container_from(json const& container, std::string const& address) {
  auto const& resources = member(container, "resources");
  container_spec spec{.name = text_at(container, "name"),
                      .image = text_at(container, "image"),
                      .command = words_of(member(container, "command")),
                      .arguments = words_of(member(container, "args")),
                      .working_directory = text_at(container, "workingDir"),
                      .limits = limits_from(resources),
                      .resources_text = resources.is_null() ? "{}" : resources.dump()};
  for (auto const& [name, type] : probe_fields) {
    auto const& probe = member(container, name);
    if (auto action = handler_from(probe, container, address)) {
      spec.probes.emplace(type, probe_spec{settings_from(probe), std::move(*action)});
    }
  }
  spec.post_start = handler_from(member(container, "lifecycle", "postStart"), container, address);
  spec.pre_stop = handler_from(member(container, "lifecycle", "preStop"), container, address);
  return spec;
}

restart_policy policy_from(std::string_view text) {
  if (text == "OnFailure") return restart_policy::on_failure;
  return text == "Never" ? restart_policy::never : restart_policy::always;
}

}  // namespace

pod_spec pod_spec_of(json const& pod, std::string const& address) {
  pod_spec spec{.key = key_of(pod),
                .uid = uid_of(pod),
                .policy = policy_from(text_at(pod, "spec", "restartPolicy")),
                .grace = seconds_at(member(pod, "spec"), "terminationGracePeriodSeconds", 30)};
  for (auto const& each : member(pod, "spec", "initContainers")) {
    spec.init_containers.push_back(container_from(each, address));
  }
  for (auto const& each : member(pod, "spec", "containers")) spec.containers.push_back(container_from(each, address));
  return spec;
}

}  // namespace holdfast::cluster
