#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/timeline_event.hpp"

namespace holdfast {

/// What a timeline file holds.
struct timeline_contents {
  std::vector<timeline_event> events;  ///< in the order of the file, which is nearly that of time
  bool is_cut = false;                 ///< the last line has no end: it was left out
};

/// Reads the text of a timeline file, an event a line. A last line without its end is what a killed writer leaves.
/// @return  or everything that is wrong with the whole lines, of the first 100 such lines
result<timeline_contents, diagnostics> read_timeline(std::string_view text, std::string_view file);

/// The same from a file. @error  also: why it cannot be read
result<timeline_contents, diagnostics> read_timeline_file(std::string const& path);

}  // namespace holdfast
