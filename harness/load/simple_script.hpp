#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "load/load_settings.hpp"
#include "load/user_script.hpp"

namespace holdfast::load {

/// One request that never changes, for runs of a plain URL. Rendered once, shared by all users.
struct simple_request {
  std::string bytes;  ///< head and body, as plain_request() makes them
  net::origin to;
  std::uint32_t name = 0;  ///< index in the run's list of request names
  bool is_head = false;
  bool close_after = false;
  std::uint32_t redirects = 0;  ///< how many may follow one another; 0: answers with 3xx are final
};

/// Sends the same request again and again: an iteration each. Without redirects only the status of answers is asked
/// for, and next() and on_answer() touch no more than this object. The verdict is the status' class.
script_factory make_simple_scripts(std::shared_ptr<simple_request const> request);

/// Most origins that a shard gets to know through redirects; a hostile target could name a new one with each answer.
inline constexpr std::uint32_t most_origins = 1000;

/// The number of `to` in the table, or nothing when it would be one too many.
std::optional<std::uint32_t> known_or_new(origin_table& origins, net::origin const& to);

}  // namespace holdfast::load
