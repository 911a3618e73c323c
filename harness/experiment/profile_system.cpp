#include "experiment/profile_system.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cluster/objects/object_meta.hpp"

namespace holdfast::experiment {
namespace {

using cluster::json;
using cluster::member;

std::string text_of(json const& value) { return value.is_string() ? value.get<std::string>() : std::string{}; }

void add_port(json const& entry, char const* number, std::vector<named_port>& into) {
  auto const& value = member(entry, number);
  if (!value.is_number_unsigned() && !value.is_number_integer()) return;
  into.push_back({text_of(member(entry, "name")), static_cast<std::uint16_t>(value.get<std::uint32_t>())});
}

std::string shown_ports(std::vector<named_port> const& ports) {
  std::vector<std::string> texts;
  for (auto const& port : ports) {
    texts.push_back(port.name.empty() ? fmt::format("{}", port.number)
                                      : fmt::format("{} ({})", port.number, port.name));
  }
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::string known_names(cluster::resource_kind const& kind, std::string_view given, system_names const& system) {
  auto const names = system.names(kind);
  if (names.empty()) return fmt::format("The system has no {} at all.", kind.name);
  auto const near = did_you_mean(given, names);
  return near.empty() ? fmt::format("It has {}.", fmt::join(names, ", ")) : near.substr(1);
}

}  // namespace

cluster::manifest const* system_names::find(cluster::resource_kind const& kind, std::string_view name) const {
  if (manifests_ == nullptr) return nullptr;
  auto const found = std::ranges::find_if(manifests_->objects, [&](cluster::manifest const& each) {
    return each.kind == &kind && cluster::name_of(each.object) == name;
  });
  return found == manifests_->objects.end() ? nullptr : &*found;
}

std::vector<std::string_view> system_names::names(cluster::resource_kind const& kind) const {
  std::vector<std::string_view> found;
  if (manifests_ == nullptr) return found;
  for (auto const& each : manifests_->objects) {
    if (each.kind == &kind) found.push_back(cluster::name_of(each.object));
  }
  return found;
}

std::vector<std::string> system_names::containers(std::string_view deployment) const {
  std::vector<std::string> found;
  auto const* const object = find(cluster::kinds::deployment, deployment);
  if (object == nullptr) return found;
  for (auto const& container : member(object->object, "spec", "template", "spec", "containers")) {
    found.push_back(text_of(member(container, "name")));
  }
  return found;
}

std::vector<named_port> system_names::service_ports(std::string_view service) const {
  std::vector<named_port> found;
  auto const* const object = find(cluster::kinds::service, service);
  if (object == nullptr) return found;
  for (auto const& port : member(object->object, "spec", "ports")) add_port(port, "port", found);
  return found;
}

std::vector<named_port> system_names::container_ports(std::string_view deployment) const {
  std::vector<named_port> found;
  auto const* const object = find(cluster::kinds::deployment, deployment);
  if (object == nullptr) return found;
  for (auto const& container : member(object->object, "spec", "template", "spec", "containers")) {
    for (auto const& port : member(container, "ports")) add_port(port, "containerPort", found);
  }
  return found;
}

std::optional<std::string> object_of_kind(json_field const& field, cluster::resource_kind const& kind,
                                          system_names const& system, json_problems& problems) {
  auto const name = string_of(field, problems);
  if (!name) return std::nullopt;
  if (system.is_known() && system.find(kind, *name) == nullptr) {
    problems.add(field, fmt::format("the system has no such {}", kind.name), known_names(kind, *name, system));
    return std::nullopt;
  }
  return std::string{*name};
}

cluster::resource_kind const* kind_of(json_field const& field, json_problems& problems) {
  auto const name = string_of(field, problems);
  if (!name) return nullptr;
  std::vector<std::string_view> names;
  for (auto const* const kind : cluster::all_kinds()) {
    if (kind->name == *name) return kind;
    names.push_back(kind->name);
  }
  problems.add(field, "not a kind that the local cluster keeps",
               fmt::format("Use one of: {}.{}", fmt::join(names, ", "), did_you_mean(*name, names)));
  return nullptr;
}

std::optional<named_port> port_of(json_field const& field, std::vector<named_port> const& known, std::string_view whose,
                                  json_problems& problems) {
  if (field.value->kind == json_kind::number) {
    auto const number = count_of(field, 1, 65535, problems);
    if (!number) return std::nullopt;
    auto const found = std::ranges::find(known, static_cast<std::uint16_t>(*number), &named_port::number);
    if (found != known.end()) return *found;
    if (known.empty()) return named_port{{}, static_cast<std::uint16_t>(*number)};
  } else if (auto const name = string_of(field, problems)) {
    auto const found = std::ranges::find(known, *name, &named_port::name);
    if (found != known.end()) return *found;
    if (known.empty()) return named_port{std::string{*name}, 0};
  } else {
    return std::nullopt;
  }
  problems.add(field, fmt::format("{} has no such port", whose), fmt::format("It has {}.", shown_ports(known)));
  return std::nullopt;
}

void check_target(json_field const& where, net::origin const& to, system_names const& system, json_problems& problems) {
  if (!system.is_known() || !to.unix_path.empty() || to.host == "localhost" || to.host.find(':') != to.host.npos)
    return;
  auto const service = std::string_view{to.host}.substr(0, to.host.find('.'));
  auto const* const found = system.find(cluster::kinds::service, service);
  if (found == nullptr) {
    if (to.host.find('.') != std::string::npos) return;  // a name or address of somewhere else
    return problems.add(where.line(), where.path, to.host, "the system has no Service of that name",
                        known_names(cluster::kinds::service, service, system));
  }
  auto const ports = system.service_ports(service);
  if (std::ranges::find(ports, to.port, &named_port::number) != ports.end()) return;
  problems.add(where.line(), where.path, fmt::format("{}:{}", to.host, to.port),
               fmt::format("Service {} has no such port", service), fmt::format("It has {}.", shown_ports(ports)));
}

}  // namespace holdfast::experiment
