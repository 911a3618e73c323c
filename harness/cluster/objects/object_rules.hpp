#pragma once

#include <string>

#include "cluster/objects/field_problem.hpp"
#include "cluster/objects/resource_kind.hpp"

namespace holdfast::cluster {

// The rules between fields, by subject. Each appends what it finds. They look only at what is of the right type: the
// tables have told the rest.

/// Names, labels, annotations, owners, finalisers.
void check_metadata(resource_kind const& kind, json const& object, field_problems& found);
void check_labels(std::string const& path, json const& labels, field_problems& found);

/// A PodSpec at `path`.
void check_pod_spec(std::string const& path, json const& spec, field_problems& found);
/// Its containers: `volumes` are the names that mounts may refer to.
void check_containers(std::string const& path, json const& spec, field_problems& found);
void check_env(std::string const& path, json const& container, field_problems& found);
void check_probes(std::string const& path, json const& container, bool is_init, field_problems& found);
void check_resources(std::string const& path, json const& resources, field_problems& found);
void check_volumes(std::string const& path, json const& spec, field_problems& found);
/// What the downward API can tell: `in_volume` allows all labels at once and forbids what is known later.
void check_field_reference(std::string const& path, json const& reference, bool in_volume, field_problems& found);

void check_selector(std::string const& path, json const& selector, field_problems& found);
void check_deployment(json const& object, field_problems& found);
void check_replica_set(json const& object, field_problems& found);
void check_autoscaler(json const& object, field_problems& found);
void check_service(json const& object, field_problems& found);
/// ConfigMaps and Secrets.
void check_data(resource_kind const& kind, json const& object, field_problems& found);
void check_claim(json const& object, field_problems& found);

/// Exactly one of these members has to be there.
void check_one_of(std::string const& path, json const& value, std::initializer_list<char const*> members,
                  field_problems& found);

/// 1 to 65535 or the name of a port.
void check_port(std::string const& path, json const& port, field_problems& found);

}  // namespace holdfast::cluster
