#pragma once

#include <string>

namespace holdfast::kit {

/// Which run of the kernel this is. Times of CLOCK_MONOTONIC, which leases are counted in, mean something only among
/// processes of one run; leases of another one have ended.
std::string const& boot_id();

}  // namespace holdfast::kit
