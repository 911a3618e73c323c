#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace holdfast::load {

/// What became of a request. Every started request ends in exactly one of these, or is still unfinished.
enum class outcome : std::uint8_t {
  ok,              ///< an answer below 400 whose checks held
  ok_by_fallback,  ///< ok, but the answer says that it is a substitute (degraded)
  refused_fast,    ///< a deliberate refusal: breaker, limiter, 503 or 429 with a reason
  http_4xx,
  http_5xx,
  check_failed,     ///< an answer that arrived whole but was not what a check demanded
  resolve_failed,   ///< no address for the name
  connect_refused,  ///< refused, unreachable or otherwise not connected, before the connect timeout
  connect_timeout,
  tls_failed,    ///< handshake or certificate
  reset,         ///< the peer reset the connection
  closed_early,  ///< the peer closed before the answer was whole
  response_timeout,
  malformed_answer,  ///< not HTTP, or beyond a limit of the reader
  cancelled_at_end,  ///< given up when the run ended; counted as unfinished
};

inline constexpr std::size_t outcome_count = 15;

/// "ok", "ok by fallback", "http 4xx": as metrics and reports print it.
constexpr std::string_view name_of(outcome o) {
  constexpr std::array<std::string_view, outcome_count> names{
      "ok",           "ok by fallback", "refused fast",     "http 4xx",         "http 5xx",
      "check failed", "resolve failed", "connect refused",  "connect timeout",  "tls failed",
      "reset",        "closed early",   "response timeout", "malformed answer", "cancelled at end"};
  return names[static_cast<std::size_t>(o)];
}

/// The same as a JSON key: "ok_by_fallback".
constexpr std::string_view key_of(outcome o) {
  constexpr std::array<std::string_view, outcome_count> keys{
      "ok",           "ok_by_fallback", "refused_fast",     "http_4xx",         "http_5xx",
      "check_failed", "resolve_failed", "connect_refused",  "connect_timeout",  "tls_failed",
      "reset",        "closed_early",   "response_timeout", "malformed_answer", "cancelled_at_end"};
  return keys[static_cast<std::size_t>(o)];
}

constexpr bool is_ok(outcome o) { return o == outcome::ok || o == outcome::ok_by_fallback; }

/// The request ended because a limit of time ran out: its duration is a lower bound ("at least t").
constexpr bool is_censored(outcome o) {
  return o == outcome::response_timeout || o == outcome::connect_timeout || o == outcome::cancelled_at_end;
}

}  // namespace holdfast::load
