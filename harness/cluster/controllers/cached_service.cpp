#include "cluster/controllers/cached_service.hpp"

#include <utility>

namespace holdfast::cluster {
namespace {

cached_service_port service_port_from(json const& value) {
  cached_service_port port{.name = text_at(value, "name"),
                           .port = static_cast<std::int32_t>(integer_at(value, 0, "port")),
                           .target_name = text_at(value, "targetPort"),
                           .protocol = text_at(value, "protocol"),
                           .app_protocol = text_at(value, "appProtocol")};
  port.target_number = static_cast<std::int32_t>(integer_at(value, port.port, "targetPort"));
  return port;
}

}  // namespace

service_ptr cached_service_of(object_ptr object) {
  auto cached = std::make_shared<cached_service>();
  auto const& value = *object;
  cached->key = key_of(value);
  cached->uid = uid_of(value);
  cached->labels = labels_of(value);
  auto const& spec = member(value, "spec");
  auto const& selector = member(spec, "selector");
  for (auto const& [label, wanted] : selector.items()) {
    if (wanted.is_string()) cached->selector.match_labels.emplace(label, wanted.get_ref<std::string const&>());
  }
  auto const& ports = member(spec, "ports");
  if (ports.is_array()) {
    for (auto const& each : ports) cached->ports.push_back(service_port_from(each));
  }
  auto const& published = member(spec, "publishNotReadyAddresses");
  bool const is_published = published.is_boolean() && published.get<bool>();
  cached->unready = is_published ? unready_addresses::published : unready_addresses::hidden;
  cached->type = text_at(spec, "type");
  cached->address = text_at(spec, "clusterIP");
  cached->object = std::move(object);
  return cached;
}

}  // namespace holdfast::cluster
