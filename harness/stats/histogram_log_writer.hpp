#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "core/clock.hpp"
#include "core/result.hpp"
#include "stats/histogram.hpp"
#include "stats/text_sink.hpp"

namespace holdfast::stats {

/// A histogram log, format version 1.3, as the log processors of HdrHistogram read it: a line an interval, appended as
/// the run goes. What it has written stays valid when the run is cut off. Every function fails with what the sink says.
class histogram_log_writer {
 public:
  explicit histogram_log_writer(text_sink sink) : sink_{std::move(sink)} {}

  /// A line of free text; a line break in it begins another comment.
  result<void> comment(std::string_view text);

  /// The head of the log. Times of the intervals count from `start`.
  result<void> begin(wall_time start);

  /// The values of one interval.
  /// @param tag  what was measured, e.g. a request's name; empty for no tag. See escaped_tag.
  /// @param start, length  not below zero; written to the millisecond.
  result<void> interval(std::string_view tag, nanoseconds start, nanoseconds length, histogram const& values);

 private:
  text_sink sink_;
};

/// The log format allows no comma, white space or line break in a tag. Those, control characters and '%' itself are
/// written as in URLs, "GET%20/books", and come back through unescaped_tag. Tools of others show the escaped form.
std::string escaped_tag(std::string_view tag);

/// The inverse. A '%' without two hexadecimal digits, as another tool may write it, stands for itself.
std::string unescaped_tag(std::string_view text);

}  // namespace holdfast::stats
