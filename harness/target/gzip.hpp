#pragma once

#include <string>
#include <string_view>

namespace holdfast::target {

/// `text` as one gzip member (RFC 1952).
std::string gzip_text(std::string_view text);

}  // namespace holdfast::target
