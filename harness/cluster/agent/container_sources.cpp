#include "cluster/agent/container_sources.hpp"

#include <utility>

#include <fmt/format.h>

#include "cluster/agent/resource_amount.hpp"
#include "cluster/agent/source_data.hpp"
#include "cluster/node/service_variables.hpp"

namespace holdfast::cluster {
namespace {

/// ConfigMaps and Secrets of one namespace, each read once; what it has given out stays.
class sources_of_namespace {
 public:
  sources_of_namespace(object_store const& store, std::string const& name_space)
      : store_{store}, name_space_{name_space} {}

  string_map const* find(source_kind kind, std::string_view name) {
    auto const [at, is_new] = read_.try_emplace({kind, std::string{name}});
    if (is_new) at->second = source_data(store_, kind, {name_space_, at->first.second}, binary_data::left_out);
    return at->second ? &*at->second : nullptr;
  }

 private:
  object_store const& store_;
  std::string const& name_space_;
  std::map<std::pair<source_kind, std::string>, std::optional<string_map>> read_;
};

json node_of(json const& pod, object_store const& store) {
  auto const node = store.find(kinds::node, {"", text_at(pod, "spec", "nodeName")});
  return node ? *node : json();
}

std::string node_address_of(json const& pod, object_store const& store) {
  auto const& told = text_at(pod, "status", "hostIP");
  if (!told.empty()) return told;
  auto const node = node_of(pod, store);
  for (auto const& each : member(node, "status", "addresses")) {
    if (text_at(each, "type") == "InternalIP") return text_at(each, "address");
  }
  return {};
}

/// A line each, as Go's %q quotes.
std::string lines_of(label_map const& texts) {
  std::string lines;
  for (auto const& [key, value] : texts) lines += fmt::format("{}{}={:?}", lines.empty() ? "" : "\n", key, value);
  return lines;
}

/// "metadata.labels" and "metadata.annotations", whole or with a subscript "['app']".
std::string from_map(label_map const& texts, std::string_view subscript) {
  if (subscript.empty()) return lines_of(texts);
  constexpr std::size_t around = 2;  // [' and ']
  if (subscript.size() < 2 * around) return {};
  auto const found = texts.find(subscript.substr(around, subscript.size() - 2 * around));
  return found == texts.end() ? std::string{} : found->second;
}

json const& container_named(json const& pod, std::string const& name) {
  for (auto const* const list : {"containers", "initContainers"}) {
    for (auto const& each : member(pod, "spec", list)) {
      if (text_at(each, "name") == name) return each;
    }
  }
  return null_json();
}

environment_import import_from(json const& source) {
  bool const is_map = source.contains("configMapRef");
  auto const& chosen = member(source, is_map ? "configMapRef" : "secretRef");
  return {.kind = is_map ? source_kind::config_map : source_kind::secret,
          .name = text_at(chosen, "name"),
          .prefix = text_at(source, "prefix"),
          .need = need_of(chosen)};
}

key_reference key_from(source_kind kind, json const& selector) {
  return {.kind = kind, .name = text_at(selector, "name"), .key = text_at(selector, "key"), .need = need_of(selector)};
}

/// The hostname that the kubelet gives a pod: at most 63 letters, no separator last.
std::string host_name_of(json const& pod) {
  constexpr std::size_t most_letters = 63;
  auto const& chosen = text_at(pod, "spec", "hostname");
  auto name = (chosen.empty() ? name_of(pod) : chosen).substr(0, most_letters);
  name.resize(name.find_last_not_of("-.") + 1);
  return name;
}

std::vector<service_address> services_of(json const& pod, object_store const& store) {
  std::vector<service_address> services;
  if (member(pod, "spec", "enableServiceLinks") == json(false)) return services;
  for (auto const& object : store.list(kinds::service, namespace_of(pod))) {
    auto& service = services.emplace_back(
        service_address{.name = name_of(*object), .cluster_ip = text_at(*object, "spec", "clusterIP")});
    for (auto const& port : member(*object, "spec", "ports")) {
      service.ports.push_back({.name = text_at(port, "name"),
                               .port = static_cast<std::uint16_t>(integer_at(port, 0, "port")),
                               .protocol = text_at(port, "protocol")});
    }
  }
  return services;
}

/// Whose environment is being made.
struct environment_place {
  json const& pod;
  json const& container;
  std::string const& address;
  object_store const& store;
};

environment_entry entry_from(environment_place const& place, json const& variable) {
  environment_entry entry{.name = text_at(variable, "name"), .value = text_at(variable, "value")};
  auto const& from = member(variable, "valueFrom");
  if (auto const& map = member(from, "configMapKeyRef"); map.is_object()) {
    entry.value = key_from(source_kind::config_map, map);
  } else if (auto const& secret = member(from, "secretKeyRef"); secret.is_object()) {
    entry.value = key_from(source_kind::secret, secret);
  } else if (auto const& field = member(from, "fieldRef"); field.is_object()) {
    entry.value = known_value{downward_field(place.pod, text_at(field, "fieldPath"), place.address, place.store)};
  } else if (auto const& resource = member(from, "resourceFieldRef"); resource.is_object()) {
    entry.value = known_value{downward_resource(place.pod, place.container, resource, place.store)};
  }
  return entry;
}

start_obstacle cannot_be_configured(config_error const& error) {
  return {.waiting_reason = "CreateContainerConfigError",
          .event_reason = "Failed",
          .why = {.statement = "Error: " + error.message,
                  .rule = "a reference that is not optional has to be there when the container starts"}};
}

}  // namespace

result<container_environment, start_obstacle> environment_of(json const& pod, json const& container,
                                                             std::string const& address, object_store const& store) {
  auto const& name_space = namespace_of(pod);
  sources_of_namespace known{store, name_space};
  environment_sources from{.pod_namespace = name_space, .data_of = [&known](source_kind kind, std::string_view name) {
                             return known.find(kind, name);
                           }};
  for (auto const& source : member(container, "envFrom")) from.imports.push_back(import_from(source));
  environment_place const place{pod, container, address, store};
  for (auto const& variable : member(container, "env")) from.entries.push_back(entry_from(place, variable));
  auto const links = service_variables(services_of(pod, store));
  from.service_variables.insert(links.begin(), links.end());
  auto made = make_environment(from);
  if (!made) return cannot_be_configured(made.error());
  made->variables.try_emplace("HOSTNAME", host_name_of(pod));
  return std::move(*made);
}

std::string downward_field(json const& pod, std::string_view path, std::string const& address,
                           object_store const& store) {
  constexpr std::string_view labels = "metadata.labels";
  constexpr std::string_view annotations = "metadata.annotations";
  if (path.starts_with(labels)) return from_map(labels_of(pod), path.substr(labels.size()));
  if (path.starts_with(annotations)) return from_map(annotations_of(pod), path.substr(annotations.size()));
  if (path == "metadata.name") return name_of(pod);
  if (path == "metadata.namespace") return namespace_of(pod);
  if (path == "metadata.uid") return uid_of(pod);
  if (path == "spec.nodeName") return text_at(pod, "spec", "nodeName");
  if (path == "spec.serviceAccountName") return text_at(pod, "spec", "serviceAccountName");
  if (path == "status.podIP" || path == "status.podIPs") return address;
  if (path == "status.hostIP" || path == "status.hostIPs") return node_address_of(pod, store);
  return {};
}

std::string downward_resource(json const& pod, json const& container, json const& reference,
                              object_store const& store) {
  auto const& named = text_at(reference, "containerName");
  auto const& whose = named.empty() ? container : container_named(pod, named);
  auto const& resource = text_at(reference, "resource");  // "limits.cpu"
  auto const point = resource.find('.');
  auto const which = resource.substr(0, point);
  auto const name = resource.substr(point + 1);
  auto amount = amount_of(member(whose, "resources", which, name)).value_or(quantity{});
  if (which == "limits" && amount == quantity{}) {
    amount = amount_of(member(node_of(pod, store), "status", "allocatable", name)).value_or(quantity{});
  }
  return resource_field_text(amount, amount_of(member(reference, "divisor")).value_or(quantity{}));
}

}  // namespace holdfast::cluster
