#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "kit/events/event.hpp"
#include "kit/events/log_file.hpp"

namespace holdfast::kit {

/// A place in a group, asked for or renewed.
struct membership {
  std::string topic;
  std::string group;
  std::string member;
};

/// Everything that writes to a log: each call is one transaction. Used by one thread, which may have to wait for other
/// processes. Failures are thrown as store_failure; nothing has changed then.
class log_appender {
 public:
  explicit log_appender(event_log_settings const& of);
  ~log_appender();
  log_appender(log_appender const&) = delete;
  log_appender& operator=(log_appender const&) = delete;

  void open() { (void)file_.connection(); }
  void append(std::span<outgoing_record const> records, std::int64_t wall_ms);
  std::vector<std::uint32_t> join(membership const& who, time_point now, nanoseconds lease);
  void leave(membership const& who);

 private:
  struct topic_row {
    std::int64_t id = 0;
    std::uint32_t partitions = 0;
  };
  struct statements;
  statements& prepared(sqlite::database& in);
  void in_transaction(std::function<void(sqlite::database&, statements&)> const& change);
  topic_row topic_named(sqlite::database& in, statements& use, std::string_view name);
  void insert(sqlite::database& in, statements& use, std::span<outgoing_record const> records, std::int64_t wall_ms);
  void wake_readers();
  void tidy(sqlite::database& in);

  std::string folder_;
  std::uint32_t partitions_;
  log_file file_;
  statements* statements_ = nullptr;  // attached to the file's connection
  std::uint64_t prepared_for_ = 0;    // generation of that connection
  int signal_ = -1;
  std::uint64_t signal_generation_ = 0;
};

}  // namespace holdfast::kit
