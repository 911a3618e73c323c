#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/siege/siege_settings.hpp"

namespace holdfast::cli {

/// What an HTML page makes a browser fetch, as it is written there, in order and each once.
struct page_references {
  std::string base;  ///< of <base href>; empty without
  std::vector<std::string> targets;
};

/// More than so many references of a page are left out.
inline constexpr std::size_t most_page_references = 256;

/// Reads images, scripts, style sheets, the body's background and the target of a meta refresh; in the dialect 4.1 the
/// frames of a frameset, too. Comments and the text of scripts are skipped. Time is linear in the page's length.
page_references read_page(std::string_view html, siege_dialect dialect);

/// Longest page that is looked at, after decompression.
inline constexpr std::size_t longest_page = 4UL * 1024 * 1024;

/// The body behind Content-Encoding "gzip", "deflate" or "" (as it is). Of damaged, cut or overlong bodies as much as
/// could be had; nothing for codings we do not know.
std::optional<std::string> decoded_body(std::string_view body, std::string_view coding,
                                        std::size_t limit = longest_page);

}  // namespace holdfast::cli
