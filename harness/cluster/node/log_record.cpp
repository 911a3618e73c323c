#include "cluster/node/log_record.hpp"

#include <algorithm>
#include <ctime>

#include <fmt/format.h>

namespace holdfast::cluster {

std::string log_stamp(wall_time at) {
  auto const since_epoch = std::chrono::duration_cast<nanoseconds>(at.time_since_epoch());
  auto const whole = std::chrono::floor<std::chrono::seconds>(since_epoch);
  auto const seconds = static_cast<std::time_t>(whole.count());
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:09}Z", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday,
                     utc.tm_hour, utc.tm_min, utc.tm_sec, (since_epoch - whole).count());
}

std::optional<log_record> parse_log_record(std::string_view line) {
  if (line.size() < log_text_offset || line[log_stamp_bytes] != ' ' || line[log_tag_offset - 1] != ' ' ||
      line[log_tag_offset + 1] != ' ') {
    return std::nullopt;
  }
  auto const stream = line.substr(log_stamp_bytes + 1, 6);
  auto const tag = line[log_tag_offset];
  if ((stream != "stdout" && stream != "stderr") || (tag != 'F' && tag != 'P')) return std::nullopt;
  return log_record{.stamp = line.substr(0, log_stamp_bytes),
                    .stream = stream == "stdout" ? log_stream::out : log_stream::error,
                    .tag = tag == 'F' ? log_tag::full : log_tag::part,
                    .text = line.substr(log_text_offset)};
}

void log_line_cutter::append(std::string_view stamp, log_tag tag, std::string_view more, std::string& records) {
  records += stamp;
  records += stream_ == log_stream::out ? " stdout " : " stderr ";
  records += static_cast<char>(tag);
  records += ' ';
  records += pending_;
  records += more;
  records += '\n';
  pending_.clear();
}

void log_line_cutter::feed(std::string_view bytes, std::string_view stamp, std::string& records) {
  while (!bytes.empty()) {
    auto const room = longest_log_part - pending_.size();
    auto const end = bytes.substr(0, std::min(bytes.size(), room + 1)).find('\n');
    if (end != std::string_view::npos) {
      append(stamp, log_tag::full, bytes.substr(0, end), records);
      bytes.remove_prefix(end + 1);
    } else if (bytes.size() > room) {
      append(stamp, log_tag::part, bytes.substr(0, room), records);
      bytes.remove_prefix(room);
    } else {
      pending_ += bytes;
      return;
    }
  }
}

void log_line_cutter::finish(std::string_view stamp, std::string& records) {
  if (!pending_.empty()) append(stamp, log_tag::full, {}, records);
}

}  // namespace holdfast::cluster
