#pragma once

#include <functional>
#include <memory>
#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "kit/events/events_test_support.hpp"

namespace holdfast::kit {

/// A kind of log that must pass the suite. Instantiate it with INSTANTIATE_TEST_SUITE_P in the log's own test.
struct event_log_kind {
  std::string name;
  /// Opens the log of a folder with four partitions a topic; several at once see the same records.
  std::function<std::unique_ptr<event_log>(boost::asio::any_io_executor, std::string const& folder)> open;
};
inline std::ostream& operator<<(std::ostream& out, event_log_kind const& kind) { return out << kind.name; }

class EventLogConformance : public testing::TestWithParam<event_log_kind> {
 protected:
  std::unique_ptr<event_log> open() { return GetParam().open(io_.get_executor(), folder_.path()); }

  bool append(event_log& to, std::vector<outgoing_record> records) {
    return finish_on(io_, to.append(std::move(records))).has_value();
  }
  std::vector<std::uint32_t> join(event_log& log, std::string member, nanoseconds lease = std::chrono::hours{1}) {
    return must(finish_on(io_, log.join(test_topic, "group", std::move(member), lease)));
  }
  void leave(event_log& log, std::string member) { finish_on(io_, log.leave(test_topic, "group", std::move(member))); }

  std::vector<event_record> all(event_log& log, std::string const& topic = test_topic) {
    std::vector<event_record> found;
    for (std::uint32_t p = 0; p < log.partitions(topic); ++p) {
      for (auto& record : must(log.read(topic, p, 0, 100'000))) found.push_back(std::move(record));
    }
    return found;
  }

  scratch_folder folder_;
  boost::asio::io_context io_{1};
};

}  // namespace holdfast::kit
