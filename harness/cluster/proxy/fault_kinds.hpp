#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "cluster/proxy/path_fault.hpp"

namespace holdfast::cluster {

/// All kinds of faults on the path, by name.
std::span<fault_kind const> fault_kinds();

/// Null when there is none of that name.
fault_kind const* find_fault_kind(std::string_view name);

// Each in a file of its own in faults/.
fault_kind bandwidth_fault_kind();
fault_kind blackhole_fault_kind();
fault_kind latency_fault_kind();
fault_kind refuse_fault_kind();
fault_kind reset_fault_kind();
fault_kind slicer_fault_kind();
fault_kind slow_close_fault_kind();
fault_kind truncation_fault_kind();

}  // namespace holdfast::cluster
