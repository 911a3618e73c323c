#include "cluster/api/discovery.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "cluster/objects/resource_kind.hpp"

namespace holdfast::cluster {
namespace {

/// Versions of a group, the preferred one first.
struct served_group {
  std::string_view name;
  std::vector<std::string_view> versions;
};

std::vector<served_group> const& served_groups() {
  static std::vector<served_group> const groups{
      {"apps", {"v1"}}, {"autoscaling", {"v2", "v1"}}, {"discovery.k8s.io", {"v1"}}, {"metrics.k8s.io", {"v1beta1"}}};
  return groups;
}

json group_document(served_group const& group) {
  json versions = json::array();
  for (auto const version : group.versions) {
    versions.push_back({{"groupVersion", std::string{group.name} + '/' + std::string{version}}, {"version", version}});
  }
  auto preferred = versions.front();
  return {{"name", group.name}, {"versions", std::move(versions)}, {"preferredVersion", std::move(preferred)}};
}

json const& object_verbs() {
  static json const verbs{"create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"};
  return verbs;
}

json resource(std::string name, resource_kind const& kind, json verbs) {
  return {{"name", std::move(name)},
          {"singularName", ""},
          {"namespaced", kind.is_namespaced},
          {"kind", kind.name},
          {"verbs", std::move(verbs)}};
}

bool can_scale(resource_kind const& kind) { return &kind == &kinds::deployment || &kind == &kinds::replica_set; }

void add_kind(json& resources, resource_kind const& kind) {
  std::string const plural{kind.plural};
  auto own = resource(plural, kind, object_verbs());
  own["singularName"] = kind.singular;
  if (!kind.short_name.empty()) own["shortNames"] = json::array({kind.short_name});
  if (kind.in_all) own["categories"] = json::array({"all"});
  resources.push_back(std::move(own));
  if (kind.has_status) resources.push_back(resource(plural + "/status", kind, {"get", "patch", "update"}));
  if (&kind == &kinds::pod) resources.push_back(resource("pods/log", kind, {"get"}));
  if (can_scale(kind)) {
    auto scale = resource(plural + "/scale", kind, {"get", "patch", "update"});
    scale["kind"] = "Scale";
    scale["group"] = "autoscaling";
    scale["version"] = "v1";
    resources.push_back(std::move(scale));
  }
}

json measured_resource(char const* name, char const* kind, bool is_namespaced) {
  return {
      {"name", name}, {"singularName", ""}, {"namespaced", is_namespaced}, {"kind", kind}, {"verbs", {"get", "list"}}};
}

/// A field of a protobuf message that holds bytes; numbers below 16 and lengths below 128 need one byte each.
std::string protobuf_field(unsigned number, std::string_view bytes) {
  constexpr unsigned length_delimited = 2;
  std::string field;
  field += static_cast<char>(number << 3U | length_delimited);
  field += static_cast<char>(bytes.size());
  field += bytes;
  return field;
}

constexpr std::string_view api_title = "Holdfast local cluster";
constexpr std::string_view served_release = "v1.34.0";

}  // namespace

json core_versions(std::string_view server_address) {
  return {
      {"kind", "APIVersions"},
      {"versions", {"v1"}},
      {"serverAddressByClientCIDRs", json::array({{{"clientCIDR", "0.0.0.0/0"}, {"serverAddress", server_address}}})}};
}

json api_groups() {
  json groups = json::array();
  for (auto const& group : served_groups()) groups.push_back(group_document(group));
  return {{"kind", "APIGroupList"}, {"apiVersion", "v1"}, {"groups", std::move(groups)}};
}

std::optional<json> api_group(std::string_view name) {
  auto const found = std::ranges::find(served_groups(), name, &served_group::name);
  if (found == served_groups().end()) return std::nullopt;
  auto document = group_document(*found);
  document["kind"] = "APIGroup";
  document["apiVersion"] = "v1";
  return document;
}

std::optional<json> api_resources(std::string_view group, std::string_view version) {
  json resources = json::array();
  for (auto const* const kind : all_kinds()) {
    if (kind->group == group && kind->version == version) add_kind(resources, *kind);
  }
  if (group == "autoscaling" && version == "v1") add_kind(resources, kinds::horizontal_pod_autoscaler);
  if (group == "metrics.k8s.io" && version == "v1beta1") {
    resources = {measured_resource("nodes", "NodeMetrics", false), measured_resource("pods", "PodMetrics", true)};
  }
  if (resources.empty()) return std::nullopt;
  auto const name = group.empty() ? std::string{version} : std::string{group} + '/' + std::string{version};
  return json{
      {"kind", "APIResourceList"}, {"apiVersion", "v1"}, {"groupVersion", name}, {"resources", std::move(resources)}};
}

json version_info() {
  return {{"major", "1"},    {"minor", "34"},      {"gitVersion", served_release},
          {"gitCommit", ""}, {"gitTreeState", ""}, {"buildDate", ""},
          {"goVersion", ""}, {"compiler", ""},     {"platform", "linux/amd64"}};
}

std::string openapi_v2_protobuf() {
  auto const info = protobuf_field(1, api_title) + protobuf_field(2, served_release);
  return protobuf_field(1, "2.0") + protobuf_field(2, info) + protobuf_field(8, "");
}

json openapi_v2_json() {
  return {{"swagger", "2.0"}, {"info", {{"title", api_title}, {"version", served_release}}}, {"paths", json::object()}};
}

}  // namespace holdfast::cluster
