#pragma once

#include <string_view>

namespace holdfast::net {

/// One header field of a message. The views belong to whoever hands it out.
struct header_field {
  std::string_view name;   ///< as it came; compare without case
  std::string_view value;  ///< without the white space around it
};

}  // namespace holdfast::net
