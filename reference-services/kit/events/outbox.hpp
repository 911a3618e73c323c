#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "core/clock.hpp"
#include "kit/documents/store.hpp"
#include "kit/events/event_log.hpp"

namespace holdfast::kit {

/// Places of the tables that the event machinery keeps in a service's store.
struct event_tables {
  table outbox = 0;        ///< committed, not yet appended to the log
  table inbox = 0;         ///< ids of the latest events whose effect is committed
  table offsets = 0;       ///< next offset of each topic, group and partition
  table dead_letters = 0;  ///< records that could not be read, and why
  table leases = 0;        ///< which replica relays the outbox
};

/// Their schemas, in the order of event_tables, to be appended to a service's own.
std::vector<table_schema> event_table_schemas();
/// Their numbers when `first` tables stand before them.
event_tables event_tables_after(std::size_t first);

/// Whether this store has ever had an event log: one that is missing then has been lost or moved. Another in its place
/// would lose what it holds for others.
bool has_had_log(reader& in, event_tables const& tables);
void note_log(transaction& in, event_tables const& tables);

/// Puts a record into the outbox: it is appended to the log if and only if the transaction commits.
void put_into_outbox(transaction& in, event_tables const& tables, outgoing_record record);

struct relay_settings {
  nanoseconds lease{1'000'000'000};     ///< how long a killed relay keeps others waiting
  nanoseconds poll{25'000'000};         ///< for records that other replicas committed
  nanoseconds first_retry{50'000'000};  ///< doubled each time
  nanoseconds longest_retry{2'000'000'000};
  std::size_t batch = 256;  ///< records appended at once
};

/// Appends what stands in the outbox to the log, oldest first (so the order of each key is kept), at least once, and
/// then deletes it. One replica at a time does so, by lease. While the log is in trouble the records stay, and it tries
/// again with a back-off of 50 ms doubling to 2 s.
class outbox_relay {
 public:
  outbox_relay(boost::asio::any_io_executor executor, store& documents, event_tables tables, event_log& log,
               std::string member, relay_settings settings = {});
  ~outbox_relay();
  outbox_relay(outbox_relay const&) = delete;
  outbox_relay& operator=(outbox_relay const&) = delete;
  boost::asio::awaitable<void> run();  ///< until stop()
  void stop();
  void wake();                 ///< something was committed: look at once
  std::int64_t depth() const;  ///< records waiting; -1 when the store cannot tell

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace holdfast::kit
