#pragma once

#include <string>
#include <string_view>

namespace holdfast::report {

/// FIPS 180-4, as 64 hexadecimal digits: tells whether two runs used the same text.
std::string sha256_hex(std::string_view text);

}  // namespace holdfast::report
