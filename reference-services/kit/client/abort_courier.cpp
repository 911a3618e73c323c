#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/clock.hpp"
#include "kit/client/idempotency.hpp"

namespace holdfast::kit {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;

constexpr std::int64_t shortest_pause_ms = 50;
constexpr std::int64_t longest_pause_ms = 5000;
// Between looks when nobody wakes the courier: for intents that expire and commands of replicas that died.
constexpr nanoseconds look_again = milliseconds{500};
constexpr std::size_t at_once = 64;

enum command_column : std::size_t { command_key, command_target, command_service, command_attempts, command_next_try };
constexpr std::size_t intent_expires_column = 3;

std::int64_t number_at(row const& values, std::size_t column) {
  auto const* const number = std::get_if<std::int64_t>(&values.at(column));
  return number != nullptr ? *number : 0;
}

std::string text_at(row const& values, std::size_t column) {
  auto const* const text = std::get_if<std::string>(&values.at(column));
  return text != nullptr ? *text : std::string{};
}

std::int64_t wall_ms() {
  return std::chrono::duration_cast<milliseconds>(clock_seam::wall_now().time_since_epoch()).count();
}

std::int64_t pause_after(std::int64_t attempts) {
  return attempts >= 7 ? longest_pause_ms : std::min(longest_pause_ms, shortest_pause_ms << attempts);
}

/// A time farther ahead than any pause was written before the clock was set back.
bool is_due(row const& command, std::int64_t now_ms) {
  auto const next = number_at(command, command_next_try);
  return next <= now_ms || next > now_ms + longest_pause_ms;
}

}  // namespace

struct abort_courier::state {
  state(asio::any_io_executor const& executor, store& in, call_tables const& of, std::vector<service_client*> all,
        nanoseconds life)
      : documents{in}, tables{of}, clients{std::move(all)}, longest_intent{life}, pause{executor} {}

  asio::awaitable<void> round();
  asio::awaitable<void> expire_intents();
  asio::awaitable<bool> claim(stored_row const& command);
  asio::awaitable<void> deliver(stored_row const& command);
  asio::awaitable<void> sleep(nanoseconds at_most);
  std::vector<stored_row> due_commands();
  service_client* client_named(std::string const& name) const;

  store& documents;
  call_tables tables;
  std::vector<service_client*> clients;
  nanoseconds longest_intent;
  asio::steady_timer pause;
  std::map<std::int64_t, time_point> seen_since;  // of intents, by id
  std::size_t first_command = 0;                  // where the next round begins to look
  nanoseconds next_look = look_again;
  time_point next_expiry{};
  bool is_awake = false;
  bool is_stopping = false;
};

asio::awaitable<void> abort_courier::run() {
  auto& s = *state_;
  while (!s.is_stopping) {
    try {
      co_await s.round();
    } catch (store_failure const&) {
      // Disk full or the like: what is to be delivered is still there at the next look.
      s.next_look = look_again;
    }
    co_await s.sleep(s.next_look);
  }
}

asio::awaitable<void> abort_courier::state::round() {
  // Every commit of a command wakes the courier, but only time makes intents expire.
  auto const now = clock_seam::now();
  if (now >= next_expiry) {
    next_expiry = now + look_again;
    co_await expire_intents();
  }
  next_look = next_expiry - now;
  auto const due = due_commands();
  for (auto const& command : due) {
    if (is_stopping) co_return;
    bool const is_mine = co_await claim(command);
    if (is_mine) co_await deliver(command);
  }
}

/// Those at the front of the table, each round from where the last one ended: commands that nobody acknowledges must
/// not hide the others.
std::vector<stored_row> abort_courier::state::due_commands() {
  auto const now = wall_ms();
  auto found = documents.read([this](reader& in) { return in.list(tables.commands, first_command, at_once, {}); });
  first_command = found.size() < at_once ? 0 : first_command + at_once;
  if (first_command != 0) next_look = nanoseconds{0};
  std::erase_if(found, [&](stored_row const& command) {
    if (is_due(command.values, now)) return false;
    next_look = std::min<nanoseconds>(next_look, milliseconds{number_at(command.values, command_next_try) - now});
    return true;
  });
  return found;
}

asio::awaitable<void> abort_courier::state::expire_intents() {
  auto const now = clock_seam::now();
  auto const now_ms = wall_ms();
  auto const open = documents.read([this](reader& in) { return in.list(tables.intents, 0, at_once * 4, {}); });
  std::map<std::int64_t, time_point> still_seen;
  std::vector<std::string> expired;
  for (auto const& each : open) {
    auto const before = seen_since.find(each.id);
    auto const since = before == seen_since.end() ? now : before->second;
    still_seen.emplace(each.id, since);
    if (number_at(each.values, intent_expires_column) > now_ms && now - since < longest_intent) continue;
    expired.push_back(text_at(each.values, 0));
  }
  seen_since = std::move(still_seen);
  if (expired.empty()) co_return;
  auto change = [this, &expired](transaction& in) {
    for (auto const& key : expired) give_up_intent(in, tables, key);
  };
  co_await documents.write(change);
}

/// Puts the next try off before this one is made, so that no other replica delivers at the same time.
asio::awaitable<bool> abort_courier::state::claim(stored_row const& command) {
  auto change = [this, &command](transaction& in) {
    auto const attempts = number_at(command.values, command_attempts);
    std::array const conditions{column_value{"attempts", attempts}};
    std::array const assign{column_value{"attempts", attempts + 1},
                            column_value{"nextTryMs", wall_ms() + pause_after(attempts)}};
    return in.update_if(tables.commands, command.id, conditions, assign, {});
  };
  co_return co_await documents.write(change);
}

asio::awaitable<void> abort_courier::state::deliver(stored_row const& command) {
  auto* const client = client_named(text_at(command.values, command_service));
  auto const attempts = number_at(command.values, command_attempts);
  next_look = std::min<nanoseconds>(next_look, milliseconds{pause_after(attempts)});
  if (client == nullptr) co_return;
  call what{.method = "POST",
            .target = text_at(command.values, command_target),
            .body = {},
            .content_type = {},
            .idempotency_key = text_at(command.values, command_key)};
  auto const answer = co_await client->send(std::move(what));
  if (!answer.is_success()) co_return;
  auto change = [this, id = command.id](transaction& in) { in.erase(tables.commands, id); };
  co_await documents.write(change);
}

asio::awaitable<void> abort_courier::state::sleep(nanoseconds at_most) {
  if (!std::exchange(is_awake, false) && !is_stopping) {
    pause.expires_after(at_most);
    co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
  }
  is_awake = false;
}

service_client* abort_courier::state::client_named(std::string const& name) const {
  for (auto* const each : clients) {
    if (each->settings().name == name) return each;
  }
  return nullptr;
}

abort_courier::abort_courier(asio::any_io_executor executor, store& documents, call_tables tables,
                             std::vector<service_client*> clients, nanoseconds longest_intent)
    : state_{std::make_unique<state>(executor, documents, tables, std::move(clients), longest_intent)} {}

abort_courier::~abort_courier() = default;

void abort_courier::stop() {
  state_->is_stopping = true;
  state_->pause.cancel();
}

void abort_courier::wake() {
  state_->is_awake = true;
  state_->pause.cancel();
}

std::int64_t abort_courier::depth() const {
  auto const& s = *state_;
  try {
    return s.documents.read([&s](reader& in) { return in.count(s.tables.commands); });
  } catch (store_failure const&) {
    return -1;
  }
}

}  // namespace holdfast::kit
