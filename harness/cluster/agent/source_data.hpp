#pragma once

#include <optional>

#include "cluster/node/container_environment.hpp"
#include "cluster/store/object_store.hpp"

namespace holdfast::cluster {

/// Whether a ConfigMap's binaryData counts: for files it does, for variables, which are texts, it does not.
enum class binary_data : bool { left_out, included };

/// The data of a ConfigMap or Secret, decoded. Nothing when there is none of that name.
std::optional<string_map> source_data(object_store const& store, source_kind kind, object_key const& key,
                                      binary_data binary);

/// Whether a reference to a ConfigMap or Secret, or to a key of one, says that it may be missing.
reference need_of(json const& referring);

}  // namespace holdfast::cluster
