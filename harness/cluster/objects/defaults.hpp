#pragma once

#include "cluster/objects/json.hpp"
#include "cluster/objects/object_schema.hpp"
#include "cluster/objects/resource_kind.hpp"

namespace holdfast::cluster {

/// Takes out members that are null and writes quantities as texts, as Kubernetes does on reading an object: both are
/// other ways to write the same.
void normalize(resource_kind const& kind, json& object);

/// Fills in what Kubernetes fills in when a field is absent. What is there stays, also when it is wrong: validation
/// tells. Addresses of Services are the store's owner's to choose.
void apply_defaults(resource_kind const& kind, json& object);

/// The status with which an object begins.
void set_first_status(resource_kind const& kind, json& object);

// Parts of it.

/// The defaults of the tables, in a value of that type.
void apply_table_defaults(object_schema const& schema, json& value);
void apply_pod_spec_defaults(json& spec);
/// Those that only a pod itself gets, not the template of one.
void apply_pod_defaults(json& pod);
/// "Guaranteed", "Burstable" or "BestEffort", by its requests and limits.
std::string quality_class_of(json const& pod_spec);

}  // namespace holdfast::cluster
