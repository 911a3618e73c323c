#include "kit/events/envelope.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <ctime>
#include <system_error>

#include <fmt/format.h>
#include <sys/random.h>

namespace holdfast::kit {

civil_time local_time(wall_time at) {
  auto const seconds = std::chrono::system_clock::to_time_t(at);
  std::tm broken_down{};
  localtime_r(&seconds, &broken_down);
  return {.year = broken_down.tm_year + 1900,
          .month = static_cast<unsigned>(broken_down.tm_mon + 1),
          .day = static_cast<unsigned>(broken_down.tm_mday),
          .hour = static_cast<unsigned>(broken_down.tm_hour),
          .minute = static_cast<unsigned>(broken_down.tm_min),
          .second = static_cast<unsigned>(broken_down.tm_sec)};
}

int week_based_year(civil_time const& at) {
  using namespace std::chrono;
  auto const day = sys_days{year{at.year} / month{at.month} / std::chrono::day{at.day}};
  auto const last_of_week = day + (Saturday - weekday{day});
  return static_cast<int>(year_month_day{last_of_week}.year());
}

std::string format_stamp(civil_time const& at, stamp_year year) {
  auto const shown = year == stamp_year::week_based ? week_based_year(at) : at.year;
  return fmt::format("{:04}{:02}{:02}{:02}{:02}{:02}", shown, at.month, at.day, at.hour, at.minute, at.second);
}

std::string new_event_id() {
  std::array<unsigned char, 16> bytes{};
  // Up to 256 bytes come whole and without interruption once the generator is seeded (getrandom(2)).
  if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    throw std::system_error{errno, std::generic_category(), "getrandom"};
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0FU) | 0x40U);
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3FU) | 0x80U);
  static constexpr std::string_view digits = "0123456789abcdef";
  std::string id;
  id.reserve(36);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) id += '-';
    id += digits[bytes[i] >> 4U];
    id += digits[bytes[i] & 0x0FU];
  }
  return id;
}

std::string make_envelope(std::string_view type, std::string_view stamp, nlohmann::ordered_json const& fields,
                          std::string_view event_id) {
  auto const quoted = [](std::string_view text) {
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  };
  std::string text = R"({"eventType":)" + quoted(type) + R"(,"timestamp":)" + quoted(stamp);
  for (auto const& [name, value] : fields.items())
    text += ',' + quoted(name) + ':' + value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return text + R"(,"eventId":)" + quoted(event_id) + '}';
}

}  // namespace holdfast::kit
