#pragma once

#include <cstddef>
#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "core/diagnostic.hpp"
#include "core/result.hpp"
#include "stats/histogram.hpp"

namespace holdfast::stats {

/// One line of a histogram log.
struct log_interval {
  std::string tag;      ///< unescaped; empty without a tag
  nanoseconds start{};  ///< as it is written; see histogram_log_reader::since_epoch
  nanoseconds length{};
  histogram values;
};

/// Reads a histogram log, format versions 1.0 to 1.3 with V2 compressed histograms, line by line: memory does not grow
/// with the log, and nothing in it is trusted. Borrows the stream.
class histogram_log_reader {
 public:
  /// @param file  name for messages.
  histogram_log_reader(std::istream& in, std::string file) : in_{in}, file_{std::move(file)} {}

  /// The next interval, nothing at the end of the log, or everything that is wrong with the line. After an error, the
  /// next call goes on with the line that follows.
  result<std::optional<log_interval>, diagnostics> next();

  std::uint32_t line() const { return line_; }                           ///< number of the line read last, from 1
  std::optional<nanoseconds> start_time() const { return start_time_; }  ///< since 1970, as far as it has been read
  std::optional<nanoseconds> base_time() const { return base_time_; }    ///< the same

  /// When an interval started, since 1970: with a base time, `start` counts from that. Without one it counts from the
  /// start time, unless it is itself at most a year before that and hence a date (HdrHistogram's rule).
  nanoseconds since_epoch(nanoseconds start) const;

 private:
  enum class line_state : std::uint8_t { read, too_long, at_end, failed };

  line_state read_line();
  diagnostics read_comment();
  result<log_interval, diagnostics> read_interval() const;
  diagnostic problem_with(std::string_view field, std::string_view value, std::string problem, std::string fix) const;

  std::istream& in_;
  std::string file_;
  std::string text_;
  std::uint32_t line_ = 0;
  bool ended_ = false;
  std::optional<nanoseconds> start_time_, base_time_;
};

/// All intervals of a log in one histogram. @error all problems, up to twenty of them.
result<histogram, diagnostics> merged_histogram_log(std::istream& in, std::string const& file);

}  // namespace holdfast::stats
