#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::cluster {

/// In which line of its file each part of an object stands: a tree of the object's shape.
struct source_lines {
  std::uint32_t line = 0;           ///< 1-based; of a member the line of its key
  std::vector<std::string> names;   ///< of the members; empty for a list
  std::vector<source_lines> parts;  ///< members in the order of `names`, or elements
};

/// The line of "spec.ports[0].name" or "metadata.labels[app]"; where that is not there, of the nearest part around it.
std::uint32_t line_of(source_lines const& lines, std::string_view path);

/// The part that is the member of that name; null when there is none.
source_lines const* part_named(source_lines const& lines, std::string_view name);

}  // namespace holdfast::cluster
