#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/clock.hpp"
#include "load/arrival_schedule.hpp"
#include "load/closed_loop_plan.hpp"
#include "load/origin_table.hpp"
#include "load/user_script.hpp"
#include "net/response_scanner.hpp"
#include "net/tls_context.hpp"

namespace holdfast::load {

/// Open loop: arrivals by the schedule, each served by an idle user, by a new one up to `users`, or queued.
struct open_loop {
  arrival_schedule schedule;
  std::uint64_t users = 1000;            ///< most requests (or sequences) at once, over all shards
  std::uint64_t queue_length = 100'000;  ///< arrivals that may wait for a user; more are dropped
};

struct time_limits {
  nanoseconds connect = std::chrono::seconds{10};   ///< look-up, connect and TLS handshake of one attempt
  nanoseconds response = std::chrono::seconds{30};  ///< one attempt as a whole
  nanoseconds drain = std::chrono::seconds{5};      ///< how long requests in flight may go on after the last start
  nanoseconds late = std::chrono::milliseconds{1};  ///< slip from which a request counts as late
};

/// Everything that a run of the load engine needs to know, beside what its users do.
struct load_settings {
  std::variant<closed_loop_plan, open_loop> arrivals;
  std::vector<std::string> request_names{"request"};
  std::vector<net::origin> origins;  ///< known before the start: resolved then, numbered in this order
  time_limits limits;
  net::tls_options tls;
  net::scan_limits scan;
  std::uint32_t threads = 1;
  std::uint32_t pipeline = 1;  ///< users that share a connection, sending without waiting for each other's answers
  std::uint64_t seed = 1;
  /// Set by a script when the run has no more sense. Every shard looks at it a hundred times a second and then drains,
  /// as after an interruption. nullptr: nothing ends the run early.
  std::atomic<bool> const* ends_early = nullptr;
};

/// What the scripts of one shard may use. Outlives them.
struct shard_context {
  origin_table& origins;
  std::uint32_t shard = 0;
  std::uint32_t shards = 1;
  std::uint64_t seed = 1;
};

/// Makes the script of user number `user` (unique over all shards). Called on the shard's thread.
using script_factory = std::function<std::unique_ptr<user_script>(shard_context const& context, std::uint64_t user)>;

}  // namespace holdfast::load
