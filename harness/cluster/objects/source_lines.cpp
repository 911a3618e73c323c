#include "cluster/objects/source_lines.hpp"

#include <algorithm>
#include <charconv>

namespace holdfast::cluster {
namespace {

/// The element or member behind "[...]"; takes it off the path.
source_lines const* bracketed_part(source_lines const& in, std::string_view& path) {
  auto const end = path.find(']');
  if (end == std::string_view::npos) return nullptr;
  auto const word = path.substr(1, end - 1);
  path.remove_prefix(end + 1);
  if (!in.names.empty()) return part_named(in, word);
  std::size_t index = 0;
  auto const read = std::from_chars(word.data(), word.data() + word.size(), index);
  bool const is_there = read.ec == std::errc{} && index < in.parts.size();
  return is_there ? &in.parts[index] : nullptr;
}

/// The member whose name comes next. Names may have dots in them, so the longest that fits is meant.
source_lines const* named_part(source_lines const& in, std::string_view& path) {
  source_lines const* found = nullptr;
  std::size_t length = 0;
  for (std::size_t i = 0; i < in.names.size(); ++i) {
    auto const& name = in.names[i];
    if (name.size() < length || name.empty() || !path.starts_with(name)) continue;
    bool const ends = path.size() == name.size() || path[name.size()] == '.' || path[name.size()] == '[';
    if (!ends) continue;
    found = &in.parts[i];
    length = name.size();
  }
  path.remove_prefix(length);
  return found;
}

}  // namespace

source_lines const* part_named(source_lines const& lines, std::string_view name) {
  auto const found = std::ranges::find(lines.names, name);
  if (found == lines.names.end()) return nullptr;
  return &lines.parts[static_cast<std::size_t>(found - lines.names.begin())];
}

std::uint32_t line_of(source_lines const& lines, std::string_view path) {
  auto const* at = &lines;
  while (!path.empty()) {
    if (path.front() == '.') path.remove_prefix(1);
    if (path.empty()) break;
    auto const* const next = path.front() == '[' ? bracketed_part(*at, path) : named_part(*at, path);
    if (next == nullptr) break;
    at = next;
  }
  return at->line;
}

}  // namespace holdfast::cluster
