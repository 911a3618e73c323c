#include "core/timeline_file.hpp"

#include <fstream>
#include <sstream>
#include <utility>

namespace holdfast {

result<timeline_contents, diagnostics> read_timeline(std::string_view text, std::string_view file) {
  constexpr int most_bad_lines = 100;
  timeline_contents contents;
  diagnostics problems;
  int bad_lines = 0;
  for (std::uint32_t number = 1; !text.empty(); ++number) {
    auto const end = text.find('\n');
    if (end == std::string_view::npos) {
      contents.is_cut = true;
      break;
    }
    auto event = read_line(text.substr(0, end), file, number);
    text.remove_prefix(end + 1);
    if (event) {
      contents.events.push_back(*std::move(event));
      continue;
    }
    auto const wrong = event.error();
    problems.insert(problems.end(), wrong.begin(), wrong.end());
    if (++bad_lines == most_bad_lines) break;
  }
  if (!problems.empty()) return problems;
  return contents;
}

result<timeline_contents, diagnostics> read_timeline_file(std::string const& path) {
  std::ifstream stream{path, std::ios::binary};
  std::ostringstream text;
  // An empty file gives the insertion nothing to do, which it calls a failure.
  bool const is_empty = stream && stream.peek() == std::ifstream::traits_type::eof();
  if (stream.bad() || !stream.is_open() || (!is_empty && !(text << stream.rdbuf()))) {
    return diagnostics{{.file = path,
                        .problem = "the timeline cannot be read",
                        .fix = "Name a run folder that holds it, and check its permissions."}};
  }
  return read_timeline(std::move(text).str(), path);
}

}  // namespace holdfast
