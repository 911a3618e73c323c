#include <set>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "cluster/control/quantity.hpp"
#include "cluster/objects/object_meta.hpp"
#include "cluster/objects/object_rules.hpp"
#include "cluster/objects/schema_validation.hpp"
#include "cluster/objects/text_form.hpp"

namespace holdfast::cluster {
namespace {

using name_set = std::set<std::string, std::less<>>;

name_set volume_names(json const& spec) {
  name_set names;
  auto const& volumes = member(spec, "volumes");
  if (!volumes.is_array()) return names;
  for (auto const& volume : volumes) names.insert(text_at(volume, "name"));
  return names;
}

void check_ports(std::string const& path, json const& ports, field_problems& found) {
  if (!ports.is_array()) return;
  name_set names;
  for (std::size_t i = 0; i < ports.size(); ++i) {
    auto const& name = text_at(ports[i], "name");
    if (name.empty() || names.insert(name).second) continue;
    found.push_back(is_duplicate(element_path(path, i) + ".name", name, "another port of the container has this name"));
  }
}

void check_mount(std::string const& path, json const& mount, name_set const& volumes, field_problems& found) {
  auto const& name = text_at(mount, "name");
  if (!name.empty() && !volumes.contains(name)) {
    found.push_back(is_not_found(path + ".name", name, "the pod has no volume of this name",
                                 "Add it to the pod's volumes, or mend the name"));
  }
  auto const& part = text_at(mount, "subPath");
  bool const leaves = part.starts_with('/') || part == ".." || part.starts_with("../") ||
                      part.find("/../") != std::string::npos || part.ends_with("/..");
  if (leaves) found.push_back(is_invalid(path + ".subPath", part, "must be a relative path without \"..\""));
}

void check_mounts(std::string const& path, json const& mounts, name_set const& volumes, field_problems& found) {
  if (!mounts.is_array()) return;
  name_set places;
  for (std::size_t i = 0; i < mounts.size(); ++i) {
    auto const at = element_path(path, i);
    check_mount(at, mounts[i], volumes, found);
    auto const& place = text_at(mounts[i], "mountPath");
    if (!place.empty() && !places.insert(place).second) {
      found.push_back(is_invalid(at + ".mountPath", place, "must be unique"));
    }
  }
}

void check_container(std::string const& path, json const& container, bool is_init, name_set const& volumes,
                     field_problems& found) {
  auto const& image = text_at(container, "image");
  if (image.find_first_of(" \t\r\n") != std::string::npos) {
    found.push_back(is_invalid(path + ".image", image, "must not have white space in it"));
  }
  check_ports(path + ".ports", member(container, "ports"), found);
  check_env(path, container, found);
  check_probes(path, container, is_init, found);
  check_resources(path + ".resources", member(container, "resources"), found);
  check_mounts(path + ".volumeMounts", member(container, "volumeMounts"), volumes, found);
}

bool is_container_resource(std::string_view name) {
  return name == "cpu" || name == "memory" || name == "ephemeral-storage" || name.starts_with("hugepages-") ||
         name.find('/') != std::string_view::npos;
}

std::optional<quantity> amount_of(json const& value) {
  auto const text = quantity_text(value);
  if (!text) return std::nullopt;
  auto const amount = parse_quantity(*text);
  if (!amount) return std::nullopt;
  return *amount;
}

void check_amounts(std::string const& path, json const& amounts, field_problems& found) {
  if (!amounts.is_object()) return;
  for (auto const& [name, value] : amounts.items()) {
    if (!is_container_resource(name)) {
      found.push_back(is_invalid(entry_path(path, name), name, "must be a standard resource or have a domain before it",
                                 "Use cpu, memory or ephemeral-storage"));
    }
    auto const amount = amount_of(value);
    if (amount && *amount < quantity{}) {
      found.push_back(is_invalid(entry_path(path, name), value, "must be greater than or equal to 0"));
    }
  }
}

}  // namespace

void check_resources(std::string const& path, json const& resources, field_problems& found) {
  auto const& limits = member(resources, "limits");
  auto const& requests = member(resources, "requests");
  check_amounts(path + ".limits", limits, found);
  check_amounts(path + ".requests", requests, found);
  if (!limits.is_object() || !requests.is_object()) return;
  for (auto const& [name, value] : requests.items()) {
    auto const request = amount_of(value);
    auto const limit = amount_of(member(limits, name));
    if (request && limit && *request > *limit) {
      found.push_back(is_invalid(
          entry_path(path + ".requests", name), value,
          fmt::format("must be less than or equal to the {} limit of {}", name, shown(member(limits, name)))));
    }
  }
}

void check_containers(std::string const& path, json const& spec, field_problems& found) {
  auto const volumes = volume_names(spec);
  name_set names;
  for (auto const* const list : {"initContainers", "containers"}) {
    auto const& containers = member(spec, list);
    if (!containers.is_array()) continue;
    bool const is_init = std::string_view{list} == "initContainers";
    for (std::size_t i = 0; i < containers.size(); ++i) {
      auto const at = element_path(path + '.' + list, i);
      auto const& name = text_at(containers[i], "name");
      if (!name.empty() && !names.insert(name).second) {
        found.push_back(is_duplicate(at + ".name", name, "another container of the pod has this name"));
      }
      check_container(at, containers[i], is_init, volumes, found);
    }
  }
}

void check_pod_spec(std::string const& path, json const& spec, field_problems& found) {
  if (!spec.is_object()) return;
  check_volumes(path + ".volumes", spec, found);
  check_containers(path, spec, found);
}

void check_port(std::string const& path, json const& port, field_problems& found) {
  constexpr std::int64_t most = 65535;
  if (port.is_number_integer() && (port < json(1) || port > json(most))) {
    found.push_back(is_invalid(path, port, "must be between 1 and 65535"));
  }
  auto const* const name = port.get_ptr<std::string const*>();
  auto const breach = name == nullptr ? std::string{} : breach_of(text_form::port_name, *name);
  if (!breach.empty()) {
    bool const is_number = !name->empty() && name->find_first_not_of("0123456789") == std::string::npos;
    found.push_back(is_invalid(path, port, breach, is_number ? "Write a number without quotes" : ""));
  }
}

void check_one_of(std::string const& path, json const& value, std::initializer_list<char const*> members,
                  field_problems& found) {
  if (!value.is_object()) return;
  std::string names;
  std::string given;
  int count = 0;
  for (auto const* const each : members) {
    names += (names.empty() ? "" : ", ") + std::string{each};
    if (member(value, each).is_null()) continue;
    given += (given.empty() ? "" : ", ") + std::string{each};
    ++count;
  }
  if (count == 0) found.push_back(is_missing(path, "must have one of " + names));
  if (count > 1) found.push_back(is_forbidden(path, "may have only one of " + given));
}

}  // namespace holdfast::cluster
