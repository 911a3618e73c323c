#pragma once

#include <span>
#include <string_view>

namespace holdfast::cluster {

/// The field numbers of Kubernetes' API, which never change, in a small language:
///
///     MessageName
///       number  field   type   zero
///
/// A field is named as in JSON; the fields of one that is called "-" are those of the message around it. A type is
/// text, int32, int64, bool, bytes, quantity, int|text, time, json, opaque or the name of a message; "[]" before it
/// makes a list of it and "{}" a map from texts. An opaque message is not looked into: it is one that the local
/// cluster refuses. "zero" says that an empty text, 0 or false stands for itself; in all other fields it is what an
/// absent one is, since Kubernetes' programs always write those.
std::span<std::string_view const> wire_tables();

/// Parts of it, by subject.
std::string_view meta_wire_table();
std::string_view cluster_wire_table();
std::string_view service_wire_table();
std::string_view workload_wire_table();
std::string_view autoscaler_wire_table();
std::string_view pod_wire_table();
std::string_view pod_status_wire_table();
std::string_view container_wire_table();
std::string_view volume_wire_table();

}  // namespace holdfast::cluster
