#include "cluster/api/table.hpp"

#include <map>

#include "cluster/api/table_columns.hpp"

namespace holdfast::cluster {
namespace {

using column_lists = std::map<resource_kind const*, std::vector<table_column>>;

column_lists all_columns() {
  return {{&kinds::pod, pod_columns()},
          {&kinds::deployment, deployment_columns()},
          {&kinds::replica_set, replica_set_columns()},
          {&kinds::horizontal_pod_autoscaler, autoscaler_columns()},
          {&kinds::service, service_columns()},
          {&kinds::endpoints, endpoints_columns()},
          {&kinds::endpoint_slice, endpoint_slice_columns()},
          {&kinds::config_map, config_map_columns()},
          {&kinds::secret, secret_columns()},
          {&kinds::persistent_volume_claim, claim_columns()},
          {&kinds::name_space, namespace_columns()},
          {&kinds::node, node_columns()},
          {&kinds::event, event_columns()},
          {&kinds::service_account, service_account_columns()}};
}

json metadata_only(json const& object) {
  return {{"kind", "PartialObjectMetadata"}, {"apiVersion", "meta.k8s.io/v1"}, {"metadata", object.at("metadata")}};
}

}  // namespace

std::vector<table_column> const& columns_of(resource_kind const& kind) {
  static column_lists const lists = all_columns();
  return lists.at(&kind);
}

json empty_table(resource_kind const& kind, std::string_view version) {
  json definitions = json::array();
  for (auto const& column : columns_of(kind)) {
    definitions.push_back({{"name", column.name},
                           {"type", column.is_number ? "integer" : "string"},
                           {"format", column.name == "Name" ? "name" : ""},
                           {"description", ""},
                           {"priority", column.is_wide ? 1 : 0}});
  }
  return {{"kind", "Table"},
          {"apiVersion", "meta.k8s.io/v1"},
          {"metadata", {{"resourceVersion", version}}},
          {"columnDefinitions", std::move(definitions)},
          {"rows", json::array()}};
}

json table_row(resource_kind const& kind, json const& object, table_objects include, wall_time now) {
  json row{{"cells", json::array()}};
  for (auto const& column : columns_of(kind)) row["cells"].push_back(column.cell(object, now));
  if (include == table_objects::metadata) row["object"] = metadata_only(object);
  if (include == table_objects::whole) row["object"] = object;
  return row;
}

}  // namespace holdfast::cluster
