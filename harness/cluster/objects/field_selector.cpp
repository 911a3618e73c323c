#include "cluster/objects/field_selector.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "cluster/objects/object_meta.hpp"

namespace holdfast::cluster {
namespace {

using field_names = std::vector<std::string_view>;

/// Besides metadata.name and metadata.namespace.
field_names const& fields_of(resource_kind const& kind) {
  static field_names const none;
  static std::map<resource_kind const*, field_names> const all{
      {&kinds::pod,
       {"spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork",
        "status.phase", "status.podIP", "status.nominatedNodeName"}},
      {&kinds::event,
       {"involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid",
        "involvedObject.apiVersion", "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason",
        "reportingComponent", "source", "type"}},
      {&kinds::node, {"spec.unschedulable"}},
      {&kinds::name_space, {"status.phase"}},
      {&kinds::secret, {"type"}},
      {&kinds::service, {"spec.clusterIP", "spec.type"}},
      {&kinds::replica_set, {"status.replicas"}},
  };
  auto const found = all.find(&kind);
  return found == all.end() ? none : found->second;
}

bool is_selectable(resource_kind const& kind, std::string_view field) {
  if (field == "metadata.name" || field == "metadata.namespace") return true;
  auto const& fields = fields_of(kind);
  return std::ranges::find(fields, field) != fields.end();
}

/// Up to the next character of `ends` that is not escaped; takes it off the text.
std::string take_until(std::string_view& text, std::string_view ends) {
  std::string taken;
  while (!text.empty() && ends.find(text.front()) == std::string_view::npos) {
    if (text.front() == '\\' && text.size() > 1) text.remove_prefix(1);
    taken += text.front();
    text.remove_prefix(1);
  }
  return taken;
}

std::string field_text(json const& object, std::string_view field) {
  // An Event's source is known by its component.
  if (field == "source") return text_at(object, "source", "component");
  auto const* at = &object;
  while (true) {
    auto const dot = field.find('.');
    at = &member(*at, field.substr(0, dot));
    if (dot == std::string_view::npos) break;
    field.remove_prefix(dot + 1);
  }
  if (at->is_string()) return at->get<std::string>();
  return at->is_boolean() || at->is_number() ? at->dump() : std::string{};
}

}  // namespace

api_result<field_selector> parse_field_selector(resource_kind const& kind, std::string_view text) {
  field_selector selector;
  while (!text.empty()) {
    field_requirement requirement{.field = take_until(text, "!=,"), .value = {}};
    requirement.is_equal = !text.starts_with('!');
    auto const op = text.starts_with("!=") || text.starts_with("==") ? 2U : text.starts_with('=') ? 1U : 0U;
    if (op == 0) return bad_request("invalid field selector: write e.g. \"metadata.name=x,status.phase!=Running\"");
    text.remove_prefix(op);
    requirement.value = take_until(text, ",");
    if (!text.empty()) text.remove_prefix(1);
    if (!is_selectable(kind, requirement.field)) {
      return bad_request("field label not supported: " + requirement.field);
    }
    selector.push_back(std::move(requirement));
  }
  return selector;
}

bool matches(field_selector const& selector, json const& object) {
  return std::ranges::all_of(selector, [&](field_requirement const& each) {
    return (field_text(object, each.field) == each.value) == each.is_equal;
  });
}

}  // namespace holdfast::cluster
