#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.hpp"

namespace holdfast::cluster {

enum class log_stream : std::uint8_t { out, error };
enum class log_tag : char { full = 'F', part = 'P' };

/// One line of a log file in the CRI format: "2026-10-06T00:17:09.669794202Z stdout F text". A line of the program that
/// is longer than longest_log_part comes in several, of which the last is full.
struct log_record {
  std::string_view stamp;  ///< RFC 3339 in UTC with nine digits of a second: sorts as text
  log_stream stream = log_stream::out;
  log_tag tag = log_tag::full;
  std::string_view text;  ///< without the line's end
};

inline constexpr std::size_t longest_log_part = std::size_t{16} * 1024;  ///< as containerd
inline constexpr std::size_t log_stamp_bytes = 30;
inline constexpr std::size_t log_tag_offset = log_stamp_bytes + 8;  ///< all that comes before has a fixed width
inline constexpr std::size_t log_text_offset = log_tag_offset + 2;

/// "2026-10-06T00:17:09.669794202Z".
std::string log_stamp(wall_time at);

/// `line` without its end; nullopt when it is no such record.
std::optional<log_record> parse_log_record(std::string_view line);

/// Makes records out of what a program writes on one stream. Holds at most longest_log_part of it.
class log_line_cutter {
 public:
  explicit log_line_cutter(log_stream stream) : stream_{stream} {}
  /// Appends the records that `bytes` complete to `records`.
  void feed(std::string_view bytes, std::string_view stamp, std::string& records);
  /// The program will write no more: a last line without an end counts as one.
  void finish(std::string_view stamp, std::string& records);

 private:
  void append(std::string_view stamp, log_tag tag, std::string_view more, std::string& records);
  log_stream stream_;
  std::string pending_;
};

}  // namespace holdfast::cluster
