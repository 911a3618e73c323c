#include "kit/app/time_text.hpp"

#include <chrono>
#include <ctime>

namespace holdfast::kit {

namespace {

/// The part up to the second is rendered once a second: one line for each request needs it.
struct rendered_second {
  std::int64_t second = -1;
  char text[20] = {};  // "2021-03-04T17:02:08"
};

void append_utc(std::string& out, std::int64_t milliseconds) {
  thread_local rendered_second last;
  auto second = milliseconds / 1000;
  auto part = milliseconds % 1000;
  if (part < 0) {
    part += 1000;
    --second;
  }
  if (second != last.second) {
    auto const at = static_cast<std::time_t>(second);
    std::tm utc{};
    gmtime_r(&at, &utc);
    if (std::strftime(last.text, sizeof last.text, "%Y-%m-%dT%H:%M:%S", &utc) == 0) last.text[0] = '\0';
    last.second = second;
  }
  out += last.text;
  char const digits[4] = {'.', static_cast<char>('0' + part / 100), static_cast<char>('0' + part / 10 % 10),
                          static_cast<char>('0' + part % 10)};
  out.append(digits, sizeof digits);
}

}  // namespace

std::int64_t milliseconds_since_1970(wall_time at) {
  return std::chrono::floor<std::chrono::milliseconds>(at.time_since_epoch()).count();
}

void append_error_timestamp(std::string& out, wall_time at, framework_generation generation) {
  append_utc(out, milliseconds_since_1970(at));
  out += generation == framework_generation::v2_1 ? "+0000" : "+00:00";
}

void append_log_timestamp(std::string& out, wall_time at) {
  append_utc(out, milliseconds_since_1970(at));
  out += 'Z';
}

}  // namespace holdfast::kit
