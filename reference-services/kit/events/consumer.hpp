#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <nlohmann/json.hpp>

#include "core/clock.hpp"
#include "kit/documents/store.hpp"
#include "kit/events/event_log.hpp"
#include "kit/events/outbox.hpp"

namespace holdfast::kit {

/// The envelope of reference-systems 1.4, read.
struct event {
  std::string id;                        ///< eventId; for envelopes without one: topic/partition/offset
  std::string type;                      ///< eventType
  nlohmann::json envelope;               ///< the whole object
  event_record const* record = nullptr;  ///< never null in a handler

  /// A whole number (also written as a string of digits); nothing when absent, null or something else.
  std::optional<std::int64_t> integer(std::string_view field) const;
  std::optional<std::string> text(std::string_view field) const;
};

/// Nothing when the record is no JSON object with a text `eventType`; `problem` then says why.
std::optional<event> read_event(event_record const& record, std::string& problem);

/// Applies an event inside the transaction that also remembers it and moves the offset: the three are committed
/// together. Runs on the store's thread, and again for the same event when its transaction was undone: change nothing
/// but the transaction. Throwing means "not now": undone and tried again.
using event_handler = std::function<void(transaction&, event const&)>;

struct consumer_settings {
  std::string topic;
  std::string group;   ///< the service's name
  std::string member;  ///< the instance's name
  nanoseconds lease{3'000'000'000};
  nanoseconds first_retry{50'000'000};  ///< doubled each time
  nanoseconds longest_retry{5'000'000'000};
  std::size_t batch = 128;                ///< records applied in one transaction
  std::optional<unsigned> give_up_after;  ///< attempts until a record is skipped (G-04); normally never
  bool remember_events = true;            ///< inbox by event id; off: a redelivered event is applied again
};

/// Reads the partitions that the group gives it and calls the handler of each event's type; types without a handler are
/// passed over. Records that are no envelope go to the dead letters. A failing record blocks its partition, not others.
class consumer {
 public:
  consumer(boost::asio::any_io_executor executor, store& documents, event_tables tables, event_log& log,
           consumer_settings settings);
  ~consumer();
  consumer(consumer const&) = delete;
  consumer& operator=(consumer const&) = delete;
  void on(std::string event_type, event_handler apply);
  /// Called after each applied record on the service's thread: for log and metrics.
  void on_applied(std::function<void(event const&, nanoseconds lag)> told);
  boost::asio::awaitable<void> run();  ///< until stop()
  void stop();
  /// Records between committed offsets and the ends of all partitions of the topic; -1 when log or store cannot tell.
  std::int64_t lag();
  std::uint64_t retries() const;  ///< failures of handlers
  std::uint64_t skipped() const;  ///< records given up

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace holdfast::kit
