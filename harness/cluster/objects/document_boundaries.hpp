#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

namespace holdfast::cluster {

/// The lines of a YAML text at which a document may begin. yaml-cpp takes whatever follows the end of a document for
/// the next one, and where it cannot go on, for one empty document after the other without end.
class document_boundaries {
 public:
  explicit document_boundaries(std::string_view text) {
    for (std::uint32_t line = 1; !text.empty(); ++line) {
      if (text.starts_with("---")) begins_.push_back(line);
      if (text.starts_with("...")) ends_.push_back(line);
      auto const end = text.find('\n');
      if (end == std::string_view::npos) break;
      text.remove_prefix(end + 1);
    }
  }

  /// At a line of "---", or anywhere behind a line of "..." since the document before.
  bool may_begin(std::uint32_t last_start, std::uint32_t line) const {
    if (line > last_start && std::ranges::binary_search(begins_, line)) return true;
    auto const end = std::ranges::lower_bound(ends_, last_start);
    return end != ends_.end() && *end < line;
  }

 private:
  std::vector<std::uint32_t> begins_;  ///< ascending
  std::vector<std::uint32_t> ends_;
};

}  // namespace holdfast::cluster
