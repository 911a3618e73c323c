#pragma once

#include <cstdint>
#include <string_view>

namespace holdfast::cli {

/// Without a comment: '#' at the start or after a blank, up to the end.
constexpr std::string_view without_comment(std::string_view line) {
  for (auto at = line.find('#'); at != std::string_view::npos; at = line.find('#', at + 1)) {
    if (at == 0 || line[at - 1] == ' ' || line[at - 1] == '\t') return line.substr(0, at);
  }
  return line;
}

/// Calls visit(number, line) for every line, counted from 1, without its LF or CR LF.
template <class Visit>
void for_each_line(std::string_view text, Visit&& visit) {
  for (std::uint32_t number = 1; !text.empty(); ++number) {
    auto const end = text.find('\n');
    auto line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    visit(number, line);
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

}  // namespace holdfast::cli
