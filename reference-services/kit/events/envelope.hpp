#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "core/clock.hpp"

namespace holdfast::kit {

/// Date and time as a calendar on the wall shows them.
struct civil_time {
  int year = 1970;
  unsigned month = 1;  ///< 1..12
  unsigned day = 1;    ///< 1..31
  unsigned hour = 0;
  unsigned minute = 0;
  unsigned second = 0;
};

/// Local time of a moment, by the time zone of the process.
civil_time local_time(wall_time at);

/// Which year a time stamp shows. `week_based` (G-07) is the year to which the week belongs, as a Java pattern `YYYY`
/// gives it with its default calendar (US: weeks start on Sunday, the one with January 1 is the first): wrong in the
/// days before New Year.
enum class stamp_year : std::uint8_t { calendar, week_based };

int week_based_year(civil_time const& at);

/// "yyyyMMddHHmmss".
std::string format_stamp(civil_time const& at, stamp_year year = stamp_year::calendar);

/// Random UUID (version 4) in lower-case hexadecimal, from the kernel's generator.
std::string new_event_id();

/// Envelope of reference-systems 1.4 as compact JSON: eventType, timestamp, `fields` in their order, eventId.
/// Text that is not UTF-8 is shown with replacement characters.
std::string make_envelope(std::string_view type, std::string_view stamp, nlohmann::ordered_json const& fields,
                          std::string_view event_id);

}  // namespace holdfast::kit
