#include "kit/events/consumer.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "kit/events/partition_consumer.hpp"
#include "kit/events/waiting_room.hpp"
#include "kit/http/task_group.hpp"

namespace holdfast::kit {

namespace asio = boost::asio;

struct consumer::state {
  state(asio::any_io_executor on, store& documents, event_tables tables, event_log& log, consumer_settings how)
      : executor{std::move(on)},
        settings{std::move(how)},
        shared{.documents = documents,
               .log = log,
               .settings = settings,
               .rules = {.tables = tables, .handlers = &handlers, .remember_events = settings.remember_events},
               .told = {}},
        room{executor},
        children{executor} {}

  asio::awaitable<void> run() {
    back_off pauses{settings.first_retry, settings.lease / 4};
    while (!stopping) {
      auto const asked = clock_seam::now();
      auto const mine = co_await shared.log.join(settings.topic, settings.group, settings.member, settings.lease);
      if (mine) {
        share_out(*mine, asked + settings.lease);
        pauses.reset();
      }
      // A quarter of the lease: two renewals may fail before it is lost.
      if (!stopping) co_await room.wait(mine ? settings.lease / 4 : pauses.next());
    }
    for (auto& [partition, reading] : readers) reading->stop();
    co_await children.join();
    readers.clear();
    co_await shared.log.leave(settings.topic, settings.group, settings.member);
  }

  /// Starts readers for what was gained, ends those of what was lost.
  void share_out(std::vector<std::uint32_t> const& mine, time_point until) {
    for (auto at = readers.begin(); at != readers.end();) {
      auto const kept = std::find(mine.begin(), mine.end(), at->first) != mine.end();
      if (!kept) at->second->stop();
      at = kept ? std::next(at) : readers.erase(at);
    }
    for (auto const partition : mine) {
      auto& reading = readers[partition];
      auto const is_new = !reading;
      if (is_new) reading = std::make_shared<partition_consumer>(executor, shared, partition);
      reading->allow(until);
      if (is_new) children.spawn(read(reading));
    }
  }

  /// Owns the reader to its end, which comes some time after it was told to stop.
  static asio::awaitable<void> read(std::shared_ptr<partition_consumer> reading) { co_await reading->run(); }

  std::optional<std::int64_t> committed(reader& in, std::string_view identity, std::uint32_t partition) const {
    auto const name = offset_place_name(identity, settings.topic, settings.group, partition);
    auto const place = find_offset_place(in, shared.rules.tables.offsets, name);
    return place ? std::optional{place->next} : std::nullopt;
  }

  std::int64_t lag() {
    auto const identity = shared.log.identity();
    if (!identity) return -1;
    std::int64_t behind = 0;
    auto const sum_up = [&](reader& in) {
      auto const partitions = shared.log.partitions(settings.topic);
      for (std::uint32_t p = 0; p < partitions; ++p) {
        auto const end = shared.log.end_offset(settings.topic, p);
        if (!end) return false;
        behind += std::max<std::int64_t>(0, *end - committed(in, *identity, p).value_or(0));
      }
      return true;
    };
    try {
      return shared.documents.read(sum_up) ? behind : -1;
    } catch (store_failure const&) {
      return -1;
    }
  }

  asio::any_io_executor executor;
  consumer_settings settings;
  event_handlers handlers;
  partition_context shared;
  waiting_room room;
  std::map<std::uint32_t, std::shared_ptr<partition_consumer>> readers;
  task_group children;
  bool stopping = false;
};

consumer::consumer(asio::any_io_executor executor, store& documents, event_tables tables, event_log& log,
                   consumer_settings settings)
    : state_{std::make_unique<state>(std::move(executor), documents, tables, log, std::move(settings))} {}

consumer::~consumer() = default;

void consumer::on(std::string event_type, event_handler apply) {
  state_->handlers.insert_or_assign(std::move(event_type), std::move(apply));
}

void consumer::on_applied(std::function<void(event const&, nanoseconds lag)> told) {
  state_->shared.told = std::move(told);
}

asio::awaitable<void> consumer::run() { return state_->run(); }

void consumer::stop() {
  state_->stopping = true;
  state_->room.wake_all();
  for (auto& [partition, reading] : state_->readers) reading->stop();
}

std::int64_t consumer::lag() { return state_->lag(); }
std::uint64_t consumer::retries() const { return state_->shared.retries; }
std::uint64_t consumer::skipped() const { return state_->shared.skipped; }

}  // namespace holdfast::kit
