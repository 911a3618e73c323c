#pragma once

#include <cstdint>
#include <string>

#include "core/clock.hpp"

namespace holdfast::kit {

std::int64_t resident_bytes();        ///< of this process; 0 when it cannot be read
std::string default_instance_name();  ///< host name and process id
/// Computes for so much processor time of the calling thread.
void burn_processor_time(nanoseconds much);

}  // namespace holdfast::kit
