#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cluster/api/api_path.hpp"
#include "cluster/api/table.hpp"
#include "cluster/control/label_selector.hpp"
#include "cluster/objects/api_error.hpp"
#include "cluster/objects/conversion.hpp"
#include "cluster/objects/field_selector.hpp"
#include "cluster/store/object_store.hpp"

namespace holdfast::cluster {

/// A kind in the version in which a client wants to see it.
struct served_kind {
  resource_kind const* kind = nullptr;
  served_version const* as = nullptr;  ///< null: as it is stored
};

/// Nothing when the path's resource is not served.
std::optional<served_kind> served_kind_of(api_path const& path);

/// Which objects of a kind a request is about.
struct object_filter {
  std::string name_space{};  ///< empty: all
  label_selector labels{};
  field_selector fields{};
};

/// From a collection's path and parameters; a name in the path selects that object.
/// @error  400 for selectors that cannot be read.
api_result<object_filter> filter_of(resource_kind const& kind, api_path const& path, query_map const& query);
bool matches(object_filter const& filter, json const& object);

/// How a client wants objects to be written: "Accept: application/json;as=Table" and includeObject.
struct object_format {
  bool is_table = false;
  table_objects include = table_objects::metadata;
};
object_format format_of(std::string_view accept, query_map const& query);

// Texts are put together from the objects' own: copying thousands of them into one document costs more than all the
// rest.

/// One object, or a table of one row.
std::string object_text(served_kind const& served, json const& object, object_format const& format, wall_time now);
/// A list, or a table.
std::string list_text(served_kind const& served, std::vector<object_ptr> const& objects, std::uint64_t version,
                      object_format const& format, wall_time now);
/// {"type":"ADDED","object":...} and a newline.
std::string watch_event_text(std::string_view type, std::string const& object);

}  // namespace holdfast::cluster
