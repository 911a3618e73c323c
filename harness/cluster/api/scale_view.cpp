#include "cluster/api/scale_view.hpp"

#include <limits>
#include <utility>

#include "cluster/objects/object_meta.hpp"
#include "cluster/objects/validation.hpp"

namespace holdfast::cluster {

json scale_of(json const& object) {
  json meta;
  for (auto const* const field : {"name", "namespace", "uid", "resourceVersion", "creationTimestamp"}) {
    auto const& value = member(object, "metadata", field);
    if (!value.is_null()) meta[field] = value;
  }
  return {{"kind", "Scale"},
          {"apiVersion", "autoscaling/v1"},
          {"metadata", std::move(meta)},
          {"spec", {{"replicas", integer_at(object, 1, "spec", "replicas")}}},
          {"status",
           {{"replicas", integer_at(object, 0, "status", "replicas")},
            {"selector", text_of(selector_of(member(object, "spec", "selector")))}}}};
}

api_result<json> with_scale(resource_kind const& kind, json object, json const& scale) {
  auto const& replicas = member(scale, "spec", "replicas");
  if (!replicas.is_null() && (!replicas.is_number_integer() || replicas.get<std::int64_t>() < 0 ||
                              replicas.get<std::int64_t>() > std::numeric_limits<std::int32_t>::max())) {
    return invalid(kind, name_of(object),
                   {{"spec.replicas", "FieldValueInvalid",
                     "Invalid value: " + replicas.dump() + ": must be a whole number of 0 or more"}});
  }
  object["spec"]["replicas"] = replicas.is_null() ? json(0) : replicas;
  auto const& version = member(scale, "metadata", "resourceVersion");
  if (version.is_string() && !version.get_ref<std::string const&>().empty()) {
    object["metadata"]["resourceVersion"] = version;
  }
  return {boost::system::in_place_value, std::move(object)};
}

}  // namespace holdfast::cluster
