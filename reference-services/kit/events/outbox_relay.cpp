#include <algorithm>
#include <optional>
#include <utility>

#include "kit/events/back_off.hpp"
#include "kit/events/envelope.hpp"
#include "kit/events/outbox.hpp"
#include "kit/events/relay_lease.hpp"
#include "kit/events/waiting_room.hpp"

namespace holdfast::kit {

namespace asio = boost::asio;

struct outbox_relay::state {
  state(asio::any_io_executor executor, store& store_of, event_tables places, event_log& to, std::string const& member,
        relay_settings const& how)
      : documents{store_of},
        tables{places},
        log{to},
        settings{how},
        lease{places.leases, member + '/' + new_event_id()},
        pauses{how.first_retry, how.longest_retry},
        room{executor},
        resting{std::move(executor)} {}

  struct batch {
    std::vector<std::int64_t> ids;
    std::vector<outgoing_record> records;
  };

  asio::awaitable<void> run() {
    while (!stopping) {
      auto const done = co_await turn();
      // Not ended by wake(): commits go on while the log is in trouble.
      if (done == outcome::trouble && !stopping) co_await resting.wait(pauses.next());
      if (done == outcome::progress) pauses.reset();
      if (done == outcome::nothing) co_await pause(settings.poll);
    }
    if (clock_seam::now() < held_until) (void)co_await give_back();
  }

  enum class outcome : std::uint8_t { progress, nothing, trouble };

  asio::awaitable<outcome> turn() {
    woken = false;
    auto const now = clock_seam::now();
    // Renewed well before its end, so that a busy store does not cost the lease.
    if (now + settings.lease / 2 >= held_until) {
      auto const free = look([&](reader& in) { return lease.is_free(in, now); });
      if (!free) co_return outcome::trouble;
      if (!*free) co_return outcome::nothing;
      if (!co_await settle()) co_return outcome::trouble;
      if (clock_seam::now() >= held_until) co_return outcome::nothing;  // another was faster
    }
    if (!appended.empty()) co_return co_await settle() ? outcome::progress : outcome::trouble;
    auto waiting = look([&](reader& in) { return oldest(in); });
    if (!waiting) co_return outcome::trouble;
    if (waiting->ids.empty()) co_return outcome::nothing;
    auto const done = co_await log.append(std::move(waiting->records));
    if (!done) co_return outcome::trouble;
    // Remembered until their deletion is committed: a store in trouble must not make us append them again and again.
    appended = std::move(waiting->ids);
    co_return co_await settle() ? outcome::progress : outcome::trouble;
  }

  batch oldest(reader& in) const {
    batch found;
    for (auto& stored : in.list(tables.outbox, 0, settings.batch, {})) {
      found.ids.push_back(stored.id);
      auto text = [&](std::size_t column) {
        auto* const held = std::get_if<std::string>(&stored.values[column]);
        return held != nullptr ? std::move(*held) : std::string{};
      };
      auto topic = text(0);
      auto key = text(1);
      found.records.push_back({std::move(topic), std::move(key), text(2)});
    }
    return found;
  }

  /// Deletes what has been appended, takes or renews the lease and notes that there is a log, in one transaction. False
  /// when the store failed.
  asio::awaitable<bool> settle() {
    auto const now = clock_seam::now();
    bool const is_first_sight = !log_is_noted && log.identity().has_value();
    auto change = [this, now, is_first_sight](transaction& in) {
      if (is_first_sight) note_log(in, tables);
      for (auto const id : appended) in.erase(tables.outbox, id);
      return lease.hold(in, now, settings.lease);
    };
    try {
      auto const mine = co_await documents.write(std::move(change));
      held_until = mine ? now + settings.lease : time_point{};
      log_is_noted = log_is_noted || is_first_sight;
      appended.clear();
      co_return true;
    } catch (store_failure const&) {
      co_return false;  // shown by store::trouble()
    }
  }

  asio::awaitable<bool> give_back() {
    auto change = [this](transaction& in) { lease.give_back(in); };
    try {
      co_await documents.write(std::move(change));
      co_return true;
    } catch (store_failure const&) {
      co_return false;  // it ends by itself
    }
  }

  template <class Query>
  auto look(Query query) -> std::optional<decltype(query(std::declval<reader&>()))> {
    try {
      return documents.read(query);
    } catch (store_failure const&) {
      return std::nullopt;
    }
  }

  asio::awaitable<void> pause(nanoseconds at_most) {
    if (!stopping && !woken) co_await room.wait(at_most);
  }

  store& documents;
  event_tables tables;
  event_log& log;
  relay_settings settings;
  relay_lease lease;
  back_off pauses;
  waiting_room room;
  waiting_room resting;                ///< woken by stop() only
  std::vector<std::int64_t> appended;  ///< in the log, not yet deleted here
  time_point held_until{};
  bool log_is_noted = false;
  bool woken = false;
  bool stopping = false;
};

outbox_relay::outbox_relay(asio::any_io_executor executor, store& documents, event_tables tables, event_log& log,
                           std::string member, relay_settings settings)
    : state_{std::make_unique<state>(std::move(executor), documents, tables, log, member, settings)} {}

outbox_relay::~outbox_relay() = default;

asio::awaitable<void> outbox_relay::run() { return state_->run(); }

void outbox_relay::stop() {
  state_->stopping = true;
  state_->room.wake_all();
  state_->resting.wake_all();
}

void outbox_relay::wake() {
  state_->woken = true;
  state_->room.wake_all();
}

std::int64_t outbox_relay::depth() const {
  auto const tables = state_->tables;
  return state_->look([&](reader& in) { return in.count(tables.outbox); }).value_or(-1);
}

}  // namespace holdfast::kit
