#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace holdfast::kit {

/// A record to be appended to a topic.
struct outgoing_record {
  std::string topic;
  std::string key;    ///< records of one key keep their order; the correlation id
  std::string value;  ///< the envelope, compact JSON
};

/// A record as a consumer reads it.
struct event_record {
  std::string topic;
  std::uint32_t partition = 0;
  std::int64_t offset = 0;  ///< in its partition, from 0, without gaps
  std::string key;
  std::string value;
  std::int64_t appended_ms = 0;  ///< wall clock of the appender, milliseconds since 1970: for lag figures only
};

}  // namespace holdfast::kit
