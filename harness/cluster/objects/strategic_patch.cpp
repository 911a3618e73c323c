#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "cluster/objects/element_order.hpp"
#include "cluster/objects/object_meta.hpp"
#include "cluster/objects/patches.hpp"

namespace holdfast::cluster {
namespace {

constexpr std::string_view order_prefix = "$setElementOrder/";
constexpr std::string_view removal_prefix = "$deleteFromPrimitiveList/";

/// Thrown inside this file alone: the recursion would else carry it through every level.
struct unfit_patch {
  std::string why;
};

bool is_directive(std::string_view key) { return key.starts_with('$'); }

/// What stays of a patch where there is nothing to patch: no directives and no nulls.
json without_directives(json const& patch) {
  if (patch.is_array()) {
    json rest = json::array();
    for (auto const& each : patch) {
      if (!each.is_object() || text_at(each, "$patch") != "delete") rest.push_back(without_directives(each));
    }
    return rest;
  }
  if (!patch.is_object()) return patch;
  json rest = json::object();
  for (auto const& [key, value] : patch.items()) {
    if (!is_directive(key) && !value.is_null()) rest[key] = without_directives(value);
  }
  return rest;
}

json const& merge_key_of(json const& element, std::string_view key) {
  auto const& value = member(element, key);
  if (value.is_null() || value.is_structured()) {
    throw unfit_patch{fmt::format("an element of a list does not contain the declared merge key: {}", key)};
  }
  return value;
}

json merge_object(object_schema const* schema, json object, json const& patch);

json merge_plain_list(json list, json const& patch) {
  auto const before = list;
  for (auto const& value : patch) {
    if (std::ranges::find(list, value) == list.end()) list.push_back(value);
  }
  return in_element_order(std::move(list), before, patch, {});
}

/// The element whose key has that value.
json::iterator find_element(json& list, std::string_view key, json const& value) {
  return std::find_if(list.begin(), list.end(), [&](json const& each) { return member(each, key) == value; });
}

json merge_keyed_list(field_schema const& field, json list, json const& patch) {
  auto const key = field.merge_key;
  bool const replaces = std::ranges::any_of(
      patch, [](json const& each) { return each.is_object() && text_at(each, "$patch") == "replace"; });
  if (replaces) {
    list = json::array();
    for (auto const& each : patch) {
      if (text_at(each, "$patch") != "replace") list.push_back(without_directives(each));
    }
    return list;
  }
  auto const before = list;
  for (auto const& each : patch) {
    if (!each.is_object()) throw unfit_patch{fmt::format("an element of the list {} is no object", field.name)};
    auto const& directive = text_at(each, "$patch");
    if (!directive.empty() && directive != "delete" && directive != "merge") {
      throw unfit_patch{fmt::format("unknown directive $patch: {}", directive)};
    }
    auto const& value = merge_key_of(each, key);
    auto const found = find_element(list, key, value);
    if (directive == "delete") {
      std::erase_if(list.get_ref<json::array_t&>(), [&](json const& old) { return member(old, key) == value; });
    } else if (found == list.end()) {
      list.push_back(without_directives(each));
    } else {
      *found = merge_object(field.object, std::move(*found), each);
    }
  }
  return in_element_order(std::move(list), before, patch, key);
}

bool merges_as_list(field_schema const* field, json const& patch) {
  return field != nullptr && field->merges && field->shape == value_shape::list && patch.is_array();
}

json merge_list(field_schema const& field, json list, json const& patch) {
  if (field.merge_key.empty()) return merge_plain_list(std::move(list), patch);
  return merge_keyed_list(field, std::move(list), patch);
}

/// A member that is there already and gets a part of a patch.
json merge_member(field_schema const* field, json value, json const& patch) {
  if (patch.is_object() && value.is_object()) {
    bool const is_object = field != nullptr && field->shape == value_shape::single;
    return merge_object(is_object ? field->object : nullptr, std::move(value), patch);
  }
  if (merges_as_list(field, patch) && value.is_array()) return merge_list(*field, std::move(value), patch);
  return without_directives(patch);
}

void retain_keys(json& object, json const& patch) {
  auto const& kept = member(patch, "$retainKeys");
  if (kept.is_null()) return;
  if (!kept.is_array()) throw unfit_patch{"$retainKeys has to be a list"};
  for (auto at = object.begin(); at != object.end();) {
    bool const stays = std::ranges::find(kept, json(at.key())) != kept.end();
    at = stays ? std::next(at) : object.erase(at);
  }
}

void remove_from_plain_list(json& object, std::string const& name, json const& values) {
  if (!values.is_array()) throw unfit_patch{fmt::format("{}{} has to be a list", removal_prefix, name)};
  auto const found = object.find(name);
  if (found == object.end() || !found->is_array()) return;
  std::erase_if(found->get_ref<json::array_t&>(),
                [&](json const& each) { return std::ranges::find(values, each) != values.end(); });
}

void order_list(object_schema const* schema, json& object, json const& before, std::string const& name,
                json const& order) {
  auto const* const field = schema == nullptr ? nullptr : schema->find(name);
  if (!order.is_array()) throw unfit_patch{fmt::format("{}{} has to be a list", order_prefix, name)};
  auto const found = object.find(name);
  if (field == nullptr || !field->merges || found == object.end() || !found->is_array()) return;
  *found = in_element_order(std::move(*found), member(before, name), order, field->merge_key);
}

/// $patch of an object. Nothing when its members are to be merged.
std::optional<json> carry_out_directive(json const& patch) {
  auto const& directive = text_at(patch, "$patch");
  if (directive == "replace") return without_directives(patch);
  if (directive == "delete") return json::object();
  if (!directive.empty() && directive != "merge") throw unfit_patch{"unknown directive $patch: " + directive};
  return std::nullopt;
}

json merge_object(object_schema const* schema, json object, json const& patch) {
  if (auto done = carry_out_directive(patch)) return *std::move(done);
  retain_keys(object, patch);
  auto const before = object;
  for (auto const& [key, part] : patch.items()) {
    if (key.starts_with(removal_prefix)) remove_from_plain_list(object, key.substr(removal_prefix.size()), part);
    if (is_directive(key)) continue;
    auto const found = object.find(key);
    if (part.is_null()) {
      if (found != object.end()) object.erase(found);
      continue;
    }
    auto const* const field = schema == nullptr ? nullptr : schema->find(key);
    if (found == object.end()) {
      // Also merged, into nothing: an element named twice in the patch is one.
      object[key] = merges_as_list(field, part) ? merge_list(*field, json::array(), part) : without_directives(part);
    } else {
      *found = merge_member(field, std::move(*found), part);
    }
  }
  for (auto const& [key, order] : patch.items()) {
    if (key.starts_with(order_prefix)) order_list(schema, object, before, key.substr(order_prefix.size()), order);
  }
  return object;
}

}  // namespace

api_result<json> strategic_patched(object_schema const* schema, json object, json const& patch) {
  try {
    return {boost::system::in_place_value, merge_object(schema, std::move(object), patch)};
  } catch (unfit_patch const& unfit) {
    return bad_request("the strategic merge patch does not fit: " + unfit.why);
  }
}

}  // namespace holdfast::cluster
