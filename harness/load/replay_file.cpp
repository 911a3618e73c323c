#include "load/replay_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <optional>
#include <system_error>

#include <fmt/format.h>

#include "core/units.hpp"
#include "load/load_limits.hpp"

namespace holdfast::load {
namespace {

constexpr std::size_t most_problems = 20;  // a file of the wrong kind has one in every line
constexpr std::size_t largest_file = 1U << 30U;
constexpr std::string_view line_fix = "Write one offset in seconds a line, e.g. \"0.25\".";

class replay_parser {
 public:
  explicit replay_parser(std::string const& file) : file_{file} {}

  void line(std::string_view text) {
    ++line_;
    text = text.substr(0, text.find('#'));
    auto const first = text.find_first_not_of(" \t\r");
    if (first == std::string_view::npos) return;
    text = text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
    if (auto const offset = offset_of(text)) accept(*offset, text);
  }

  result<std::vector<nanoseconds>, diagnostics> finish() && {
    if (offsets_.empty() && problems_.empty()) {
      problems_.push_back({file_, 0, "--replay", "", "the file holds no offsets", std::string{line_fix}});
    }
    if (untold_ > 0) {
      problems_.push_back({file_, 0, "--replay", "", fmt::format("{} more lines have problems", untold_), ""});
    }
    if (!problems_.empty()) return std::move(problems_);
    return std::move(offsets_);
  }

 private:
  std::optional<nanoseconds> offset_of(std::string_view text) {
    auto const seconds = parse_number(text);
    if (!seconds) {
      problem(text, "not a number of seconds", line_fix);
    } else if (*seconds < 0) {
      problem(text, "an offset before the start of the run", "Write offsets from the first request on, e.g. \"0.25\".");
    } else if (*seconds > in_seconds(longest_run)) {
      problem(text, "an offset of more than a year",
              "Write offsets from the start of the run, not times of the clock.");
    } else {
      return from_seconds(*seconds);
    }
    return std::nullopt;
  }

  void accept(nanoseconds offset, std::string_view text) {
    if (!offsets_.empty() && offset < offsets_.back()) {
      problem(text, fmt::format("the offset is before that of line {}", last_line_), "Sort the file: sort -n.");
      return;
    }
    offsets_.push_back(offset);
    last_line_ = line_;
  }

  void problem(std::string_view value, std::string_view what, std::string_view fix) {
    if (problems_.size() >= most_problems) {
      ++untold_;
      return;
    }
    // A line may be as long as the file; a message is not.
    problems_.push_back(
        {file_, line_, "--replay", std::string{value.substr(0, 80)}, std::string{what}, std::string{fix}});
  }

  std::string const& file_;
  std::uint32_t line_ = 0;
  std::uint32_t last_line_ = 0;  ///< of the last accepted offset
  std::uint64_t untold_ = 0;
  std::vector<nanoseconds> offsets_;
  diagnostics problems_;
};

diagnostics unreadable(std::string const& file, std::string const& why) {
  return {{"command line", 0, "--replay", file, why, "Name a readable file of offsets."}};
}

}  // namespace

result<std::vector<nanoseconds>, diagnostics> parse_replay(std::string_view text, std::string const& file) {
  replay_parser parser{file};
  while (!text.empty()) {
    auto const end = std::min(text.find('\n'), text.size());
    parser.line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return std::move(parser).finish();
}

result<std::vector<nanoseconds>, diagnostics> read_replay_file(std::string const& file) {
  errno = 0;
  std::ifstream input{file, std::ios::binary};
  if (!input) return unreadable(file, "cannot open the file: " + std::generic_category().message(errno));
  std::string text;
  std::vector<char> block(1U << 16U);
  while (input.read(block.data(), static_cast<std::streamsize>(block.size())) || input.gcount() > 0) {
    text.append(block.data(), static_cast<std::size_t>(input.gcount()));
    if (text.size() > largest_file) return unreadable(file, "the file is larger than 1 GiB");
  }
  if (input.bad()) return unreadable(file, "cannot read the file: " + std::generic_category().message(errno));
  return parse_replay(text, file);
}

}  // namespace holdfast::load
