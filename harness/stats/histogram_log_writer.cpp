#include "stats/histogram_log_writer.hpp"

#include <array>
#include <cassert>
#include <charconv>
#include <cstdio>

#include "stats/histogram_codec.hpp"

namespace holdfast::stats {
namespace {

/// `d` in units of `unit` with three decimals. In integers, since no double holds nanoseconds since 1970.
std::string three_decimals(nanoseconds d, nanoseconds unit) {
  auto const step = static_cast<std::uint64_t>(unit.count() / 1000);
  auto const thousandths = (static_cast<std::uint64_t>(d.count()) + step / 2) / step;
  auto text = std::to_string(thousandths);
  if (text.size() < 4) text.insert(0, 4 - text.size(), '0');
  return text.insert(text.size() - 3, ".");
}

std::string in_utc(wall_time time) {
  auto const day = std::chrono::floor<std::chrono::days>(time);
  std::chrono::year_month_day const date{day};
  std::chrono::hh_mm_ss const clock_face{std::chrono::floor<std::chrono::seconds>(time - day)};
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock_face.hours().count()), static_cast<int>(clock_face.minutes().count()),
                static_cast<int>(clock_face.seconds().count()));
  return text.data();
}

}  // namespace

result<void> histogram_log_writer::comment(std::string_view text) {
  std::string lines = "#";
  for (char const c : text) {
    if (c != '\r') lines += c;
    if (c == '\n') lines += '#';
  }
  return sink_(lines + '\n');
}

result<void> histogram_log_writer::begin(wall_time start) {
  using namespace std::chrono_literals;
  auto const seconds = three_decimals(start.time_since_epoch(), 1s) + " (seconds since epoch)";
  return sink_("#[Histogram log format version 1.3]\n#[StartTime: " + seconds + ", " + in_utc(start) +
               "]\n#[BaseTime: " + seconds +
               "]\n\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"\n");
}

result<void> histogram_log_writer::interval(std::string_view tag, nanoseconds start, nanoseconds length,
                                            histogram const& values) {
  using namespace std::chrono_literals;
  assert(start >= 0ns && length >= 0ns && "an interval lies within its run");
  std::string line;
  if (!tag.empty()) line = "Tag=" + escaped_tag(tag) + ',';
  line += three_decimals(start, 1s) + ',' + three_decimals(length, 1s) + ',' + three_decimals(values.max(), 1ms) + ',';
  return sink_(line + encode_histogram(values) + '\n');
}

std::string escaped_tag(std::string_view tag) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  std::string out;
  for (char const each : tag) {
    auto const c = static_cast<unsigned char>(each);
    if (c > 0x20 && c != 0x7f && c != ',' && c != '%') {
      out += each;
    } else {
      out += {'%', hex[c >> 4], hex[c & 0xf]};
    }
  }
  return out;
}

std::string unescaped_tag(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    unsigned value = 0;
    auto const* digits = text.data() + 1;
    bool const is_escape =
        text.front() == '%' && text.size() >= 3 && std::from_chars(digits, digits + 2, value, 16).ptr == digits + 2;
    out += is_escape ? static_cast<char>(value) : text.front();
    text.remove_prefix(is_escape ? 3 : 1);
  }
  return out;
}

}  // namespace holdfast::stats
