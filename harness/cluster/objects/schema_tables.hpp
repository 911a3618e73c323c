#pragma once

#include <span>
#include <string_view>

namespace holdfast::cluster {

/// The fields of every type, in a small language:
///
///     TypeName
///       field   type   words...
///
/// A type is text, int32, int64, number, bool, quantity, int|text, time, bytes, any or the name of a type; "[]" before
/// it makes a list of it and "{}" a map from texts. The words:
///
///     required         must be there
///     fixed            may not change after creation
///     key=name         a strategic merge patch merges this list by that member of its elements
///     merge            a strategic merge patch adds to this list
///     enum=A,B,-C      the only values; those with "-" are valid Kubernetes and refused here
///     form=dns-label   how the text has to look: the names of text_form
///     min=1 max=65535  bounds of a number
///     default=30       what an absent field becomes (JSON, or a bare word as a text)
///     ignored          accepted without effect here
///     refused          valid Kubernetes, not supported here
std::span<std::string_view const> schema_tables();

/// Parts of it, by subject.
std::string_view pod_table();
std::string_view container_table();
std::string_view volume_table();
std::string_view workload_table();
std::string_view service_table();
std::string_view cluster_table();

}  // namespace holdfast::cluster
