#pragma once

#include "cluster/controllers/object_cache.hpp"

namespace holdfast::cluster {

/// An entry of ownerReferences: the owner controls the object, and a foreground deletion of it waits for the object.
json controller_reference(resource_kind const& kind, json const& owner);

/// Makes the owner the object's controller. Refused when somebody changed the object meanwhile.
api_result<object_ptr> adopted(object_store& store, resource_kind const& kind, json const& object,
                               resource_kind const& owner_kind, json const& owner);

/// Takes the owner's entry out of the object's ownerReferences.
api_result<object_ptr> released(object_store& store, resource_kind const& kind, json const& object,
                                std::string const& owner_uid);

/// Writes a status if it is another one.
api_result<object_ptr> with_status(object_store& store, resource_kind const& kind, object_ptr const& object,
                                   json status);

/// Sets a member to a count, or takes it out when that is 0, as Kubernetes writes counts.
void set_count(json& object, char const* name, std::int64_t count);

/// The object went away or was changed by somebody else: look at it again, there is nothing to tell.
bool is_outdated(api_error const& error);

}  // namespace holdfast::cluster
