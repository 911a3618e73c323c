#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "core/clock.hpp"
#include "core/result.hpp"
#include "kit/events/event.hpp"
#include "kit/events/log_settings.hpp"

namespace holdfast::kit {

/// Durable topics with partitions, shared by the processes of a system. The embedded implementation is SQLite; Kafka
/// can stand behind the same interface. Errors are the reason, for the log: the caller tries again later.
class event_log {
 public:
  virtual ~event_log() = default;

  /// Appends all or nothing and returns when they are durable. The partition is chosen by the hash of the key.
  virtual boost::asio::awaitable<result<void, std::string>> append(std::vector<outgoing_record> records) = 0;

  /// Up to `limit` records of a partition from offset `from` on. Empty at the end of the partition.
  virtual result<std::vector<event_record>, std::string> read(std::string_view topic, std::uint32_t partition,
                                                              std::int64_t from, std::size_t limit) = 0;
  /// Offset that the next record of the partition will get.
  virtual result<std::int64_t, std::string> end_offset(std::string_view topic, std::uint32_t partition) = 0;
  virtual std::uint32_t partitions(std::string_view topic) const = 0;

  /// Renews this member's place in the group and answers which partitions it may read until the lease ends. Members
  /// share the partitions evenly; one that stops renewing loses its own after `lease`.
  virtual boost::asio::awaitable<result<std::vector<std::uint32_t>, std::string>> join(std::string topic,
                                                                                       std::string group,
                                                                                       std::string member,
                                                                                       nanoseconds lease) = 0;
  /// Gives its partitions back at once: at the end of a member.
  virtual boost::asio::awaitable<void> leave(std::string topic, std::string group, std::string member) = 0;

  /// Which log this is: given at its making, different for one made anew in its place. Offsets belong to it.
  virtual result<std::string, std::string> identity() = 0;

  /// Returns soon after any process has appended (true), or when `at_most` has passed (false). Call it right after a
  /// read that found nothing, with no suspension between the two, or an append may go unnoticed for `at_most`.
  virtual boost::asio::awaitable<bool> wait_for_append(nanoseconds at_most) = 0;

  /// Why the log cannot be used at the moment; nothing when it can.
  virtual std::optional<std::string> trouble() = 0;
};

/// Does not fail: a log that cannot be opened (folder missing, file locked) says so through trouble() and the errors of
/// its operations, and is tried again at each. One that was there and is gone is waited for, not made anew.
std::unique_ptr<event_log> open_sqlite_event_log(boost::asio::any_io_executor executor, event_log_settings settings);

}  // namespace holdfast::kit
