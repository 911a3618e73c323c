#include "cluster/controllers/object_writes.hpp"

#include <utility>

namespace holdfast::cluster {
namespace {

constexpr int http_not_found = 404;
constexpr int http_conflict = 409;

}  // namespace

json controller_reference(resource_kind const& kind, json const& owner) {
  return {{"apiVersion", api_version_of(kind)},
          {"kind", kind.name},
          {"name", name_of(owner)},
          {"uid", uid_of(owner)},
          {"controller", true},
          {"blockOwnerDeletion", true}};
}

api_result<object_ptr> adopted(object_store& store, resource_kind const& kind, json const& object,
                               resource_kind const& owner_kind, json const& owner) {
  auto copy = object;
  copy["metadata"]["ownerReferences"].push_back(controller_reference(owner_kind, owner));
  return store.update(kind, std::move(copy));
}

api_result<object_ptr> released(object_store& store, resource_kind const& kind, json const& object,
                                std::string const& owner_uid) {
  auto copy = object;
  auto left = json::array();
  for (auto const& reference : member(object, "metadata", "ownerReferences")) {
    if (text_at(reference, "uid") != owner_uid) left.push_back(reference);
  }
  if (left.empty()) {
    copy["metadata"].erase("ownerReferences");
  } else {
    copy["metadata"]["ownerReferences"] = std::move(left);
  }
  return store.update(kind, std::move(copy));
}

api_result<object_ptr> with_status(object_store& store, resource_kind const& kind, object_ptr const& object,
                                   json status) {
  if (member(*object, "status") == status) return object;
  auto copy = *object;
  copy["status"] = std::move(status);
  return store.update(kind, std::move(copy), update_scope::status);
}

void set_count(json& object, char const* name, std::int64_t count) {
  if (count == 0) {
    object.erase(name);
  } else {
    object[name] = count;
  }
}

bool is_outdated(api_error const& error) { return error.code == http_not_found || error.code == http_conflict; }

}  // namespace holdfast::cluster
