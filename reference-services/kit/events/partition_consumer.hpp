#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "kit/documents/store.hpp"
#include "kit/events/back_off.hpp"
#include "kit/events/event_application.hpp"
#include "kit/events/event_log.hpp"
#include "kit/events/waiting_room.hpp"

namespace holdfast::kit {

/// What the consumers of all partitions of a topic share.
struct partition_context {
  store& documents;
  event_log& log;
  consumer_settings const& settings;
  application_rules rules;
  std::function<void(event const&, nanoseconds)> told;
  std::uint64_t retries = 0;
  std::uint64_t skipped = 0;
};

/// Reads one partition while it is allowed to and applies its records in their order. Use it from its executor's
/// thread.
class partition_consumer {
 public:
  partition_consumer(boost::asio::any_io_executor executor, partition_context& shared, std::uint32_t partition);

  /// Until `until` it may read; moved on by each renewal.
  void allow(time_point until) { allowed_until_ = until; }
  void stop();
  /// Until stop().
  boost::asio::awaitable<void> run();

 private:
  /// One transaction tried.
  struct attempt {
    std::optional<std::vector<std::size_t>> applied;  ///< nothing: not committed
    bool fenced = false;                              ///< because somebody else has moved the offset
    std::optional<std::size_t> failed_at;             ///< because the handler of this record threw
  };

  boost::asio::awaitable<void> turn();
  boost::asio::awaitable<bool> find_place();
  boost::asio::awaitable<bool> make_place(std::string name);
  boost::asio::awaitable<void> apply(std::span<received_record const> records);
  boost::asio::awaitable<attempt> try_to_apply(std::span<received_record const> records);
  boost::asio::awaitable<void> after_failure();
  boost::asio::awaitable<void> skip();
  void committed(std::span<received_record const> records, std::vector<std::size_t> const& applied);
  boost::asio::awaitable<void> pause(nanoseconds at_most);

  partition_context& shared_;
  std::uint32_t partition_;
  waiting_room room_;
  back_off pauses_;
  time_point allowed_until_{};
  std::optional<offset_place> place_;
  std::string identity_;   ///< of the log that place_ belongs to
  unsigned failures_ = 0;  ///< of the record at place_
  bool stopping_ = false;
};

}  // namespace holdfast::kit
