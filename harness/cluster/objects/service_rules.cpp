#include <charconv>
#include <set>
#include <string>
#include <utility>

#include "cluster/objects/object_meta.hpp"
#include "cluster/objects/object_rules.hpp"
#include "cluster/objects/text_form.hpp"

namespace holdfast::cluster {
namespace {

constexpr char const* local_port_annotation = "holdfast.io/local-port";

void check_ports_of_service(json const& ports, field_problems& found) {
  std::set<std::string> names;
  std::set<std::int64_t> numbers;
  for (std::size_t i = 0; i < ports.size(); ++i) {
    auto const at = element_path("spec.ports", i);
    auto const& name = text_at(ports[i], "name");
    if (name.empty() && ports.size() > 1) {
      found.push_back(is_missing(at + ".name", "every port needs a name when there are several"));
    }
    if (!name.empty() && !names.insert(name).second) {
      found.push_back(is_duplicate(at + ".name", name, "another port of the service has this name"));
    }
    auto const& number = member(ports[i], "port");
    if (number.is_number_integer() && !numbers.insert(number.get<std::int64_t>()).second) {
      found.push_back(is_duplicate(at + ".port", number, "another port of the service has this number"));
    }
    // The default is the port itself: told once.
    auto const& target = member(ports[i], "targetPort");
    if (target != number) check_port(at + ".targetPort", target, found);
  }
}

void check_cluster_address(json const& spec, field_problems& found) {
  auto const& address = text_at(spec, "clusterIP");
  if (address == "None") {
    auto const& type = text_at(spec, "type");
    if (type == "LoadBalancer" || type == "NodePort") {
      found.push_back(is_invalid("spec.clusterIP", address, "may not be \"None\" for services of type " + type));
    }
  } else if (!address.empty() && !breach_of(text_form::address, address).empty()) {
    found.push_back(is_invalid("spec.clusterIP", address, "must be empty, \"None\" or an IPv4 address"));
  }
  auto const& addresses = member(spec, "clusterIPs");
  if (addresses.is_array() && !addresses.empty() && addresses[0] != json(address)) {
    found.push_back(is_invalid("spec.clusterIPs", addresses, "the first of them must be the clusterIP"));
  }
}

void check_affinity(json const& spec, field_problems& found) {
  bool const is_sticky = text_at(spec, "sessionAffinity") == "ClientIP";
  if (!is_sticky && !member(spec, "sessionAffinityConfig").is_null()) {
    found.push_back(is_forbidden("spec.sessionAffinityConfig", "must not be set when session affinity is None"));
  }
}

/// Where a LoadBalancer is bound for people and browsers.
void check_local_port(json const& object, field_problems& found) {
  auto const& text = member(object, "metadata", "annotations", local_port_annotation);
  auto const* const given = text.get_ptr<std::string const*>();
  if (given == nullptr) return;
  auto const path = entry_path("metadata.annotations", local_port_annotation);
  unsigned port = 0;
  auto const* const end = given->data() + given->size();
  auto const read = std::from_chars(given->data(), end, port);
  if (read.ec != std::errc{} || read.ptr != end || port == 0 || port > 65535) {
    found.push_back(is_invalid(path, text, "must be a port between 1 and 65535"));
  } else if (text_at(object, "spec", "type") != "LoadBalancer") {
    found.push_back(is_invalid(path, text, "belongs to services of type LoadBalancer", "Write \"type: LoadBalancer\""));
  }
}

}  // namespace

void check_service(json const& object, field_problems& found) {
  auto const& spec = member(object, "spec");
  if (!spec.is_object()) return;
  auto const& ports = member(spec, "ports");
  bool const has_ports = ports.is_array() && !ports.empty();
  if (!has_ports && text_at(spec, "clusterIP") != "None" && text_at(spec, "type") != "ExternalName") {
    found.push_back(is_missing("spec.ports", "has to be given"));
  }
  if (has_ports) check_ports_of_service(ports, found);
  check_labels("spec.selector", member(spec, "selector"), found);
  check_cluster_address(spec, found);
  check_affinity(spec, found);
  check_local_port(object, found);
}

}  // namespace holdfast::cluster
