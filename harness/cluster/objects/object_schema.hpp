#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "cluster/objects/json.hpp"
#include "cluster/objects/resource_kind.hpp"
#include "cluster/objects/text_form.hpp"

namespace holdfast::cluster {

enum class value_type { text, int32, int64, number, boolean, quantity, int_or_text, time, bytes, any, object };
enum class value_shape { single, list, map };

/// What the local cluster makes of a field that a real one knows.
enum class field_support {
  full,
  ignored,  ///< accepted, without effect here
  refused   ///< an object with it could not behave as it would on a real cluster, so it is not accepted
};

struct object_schema;

/// One field of an object: what it may hold, and how patches combine it.
struct field_schema {
  std::string_view name;
  value_type type = value_type::text;
  value_shape shape = value_shape::single;
  object_schema const* object = nullptr;  ///< for value_type::object
  field_support support = field_support::full;
  bool is_required = false;
  bool is_fixed = false;       ///< may not change after creation
  bool merges = false;         ///< a strategic merge patch adds to this list; others it replaces
  std::string_view merge_key;  ///< tells the elements of a list of objects apart
  text_form form = text_form::any;
  std::vector<std::string_view> allowed;         ///< the only values; any when empty
  std::vector<std::string_view> refused_values;  ///< values that a real cluster knows and this one does not
  std::optional<std::int64_t> least;
  std::optional<std::int64_t> most;
  json otherwise;  ///< the default; null when there is none
};

struct object_schema {
  std::string_view name;
  std::vector<field_schema> fields;

  /// Null when objects of this type have no such field.
  field_schema const* find(std::string_view field) const;
};

/// The fields of a kind, as Kubernetes 1.34 serves them. Read once from the tables, then constant: any thread may use
/// it.
object_schema const& schema_of(resource_kind const& kind);

}  // namespace holdfast::cluster
