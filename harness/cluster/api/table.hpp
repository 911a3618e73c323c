#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/objects/json.hpp"
#include "cluster/objects/resource_kind.hpp"
#include "core/clock.hpp"

namespace holdfast::cluster {

/// A column of what "kubectl get" shows.
struct table_column {
  std::string name;
  bool is_wide = false;  ///< shown by "-o wide" only
  bool is_number = false;
  std::function<json(json const& object, wall_time now)> cell;
};

/// Of each kind in the catalogue.
std::vector<table_column> const& columns_of(resource_kind const& kind);

enum class table_objects { metadata, whole, none };

/// A meta.k8s.io/v1 Table without rows; `version` is the list's resourceVersion.
json empty_table(resource_kind const& kind, std::string_view version);

/// One row, with as much of the object as the client asked for (includeObject).
json table_row(resource_kind const& kind, json const& object, table_objects include, wall_time now);

}  // namespace holdfast::cluster
