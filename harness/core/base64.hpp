#pragma once

#include <string>
#include <string_view>

namespace holdfast {

/// RFC 4648 section 4, with padding, without line ends: "user:pass" becomes "dXNlcjpwYXNz".
std::string base64_encode(std::string_view bytes);

}  // namespace holdfast
