#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "core/clock.hpp"
#include "kit/client/service_client.hpp"
#include "kit/documents/store.hpp"

namespace holdfast::kit {

/// The tables behind keys, intents and aborts in a service's store.
struct call_tables {
  table answers =
      0;  ///< callee: key, state (applied or void), stored status and body, and what an abort needs to undo it
  table intents = 0;   ///< caller: calls begun whose outcome is not committed yet
  table commands = 0;  ///< caller: aborts to be delivered until acknowledged
};
std::vector<table_schema> call_table_schemas();
call_tables call_tables_after(std::size_t first);

/// Answers that a callee remembers. Of more, the oldest are forgotten. A key is asked for only while its call can still
/// be repeated or aborted: the call's own time (60 s at most), the life of its intent and the courier's back-off (5 s),
/// and keys go on being added only while callers are up, whose couriers then deliver their aborts too. At the 3,000
/// calls a second that a service is built for this many take over five minutes.
inline constexpr std::int64_t kept_answers = 1'000'000;

/// Callee's side. All inside the transaction of the effect.
struct applied_call {
  unsigned status = 200;
  std::string body;
  std::string undo;  ///< whatever the service needs to undo it; handed back by abort_call
};
struct key_state {
  enum class kind : std::uint8_t { unseen, applied, voided } is = kind::unseen;
  applied_call answer;  ///< when applied
};
key_state look_up_key(reader& in, call_tables const& tables, std::string_view key);
/// Only for a key that look_up_key() has called unseen in this transaction.
/// @throws std::logic_error  the key is known already: nothing of the transaction may be committed
void remember_key(transaction& in, call_tables const& tables, std::string_view key, applied_call const& answer,
                  std::int64_t keep = kept_answers);
/// Marks the key void and returns what was applied under it, to be undone by the service in the same transaction;
/// nothing when it was unseen or void already.
std::optional<applied_call> abort_key(transaction& in, call_tables const& tables, std::string_view key,
                                      std::int64_t keep = kept_answers);

/// Caller's side. An intent is committed before a state-changing call is sent, and removed in the transaction that
/// commits the outcome. If that never comes (the process died), any replica turns the intent into an abort after
/// `expires_ms`. An intent that was begun twice under one key is one intent.
struct intent {
  std::string key;
  std::string abort_target;     ///< path of the callee's abort operation, which is sent POST with the key in its field
  std::string service;          ///< name of the client that delivers it
  std::int64_t expires_ms = 0;  ///< wall clock
};
void begin_intent(transaction& in, call_tables const& tables, intent const& of);
/// False when the intent is gone: it was given up and its abort is on the way, so the outcome must not be used.
bool settle_intent(transaction& in, call_tables const& tables, std::string_view key);
/// Removes the intent, if it is still there, and puts the abort command in its place.
void give_up_intent(transaction& in, call_tables const& tables, std::string_view key);

/// Delivers abort commands until acknowledged (2xx), with back-off from 50 ms doubling to 5 s, and turns expired
/// intents into commands. Replicas share the work through the store: whoever claims a command delivers it, and what a
/// replica that died had claimed is delivered by another after the back-off. Delivered at least once.
class abort_courier {
 public:
  /// @param longest_intent  an intent that has been seen for so long is over, whatever the wall clock says: it may have
  ///                        been set back since it was begun
  abort_courier(boost::asio::any_io_executor executor, store& documents, call_tables tables,
                std::vector<service_client*> clients, nanoseconds longest_intent = std::chrono::minutes{2});
  ~abort_courier();
  boost::asio::awaitable<void> run();  ///< until stop()
  void stop();
  void wake();                 ///< something was given up: look at once
  std::int64_t depth() const;  ///< commands waiting; -1 when the store cannot say

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace holdfast::kit
