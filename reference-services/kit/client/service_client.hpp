#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "core/clock.hpp"
#include "kit/client/breaker.hpp"
#include "kit/http/message.hpp"

namespace holdfast::kit {

struct client_settings {
  std::string name;      ///< of the called service: "book"
  std::string base_url;  ///< "http://book:8080"
  nanoseconds timeout{500'000'000};
  breaker_settings breaker;
  std::uint32_t pool = 10;  ///< concurrent calls; one more is rejected at once
  std::uint32_t fallback_pool = 10;
  bool use_breaker =
      true;  ///< off: connect 10 s, read 60 s, no breaker and no pool (the originals' profile without Hystrix)
};

/// What to ask of the called service.
struct call {
  std::string method = "GET";
  std::string target;  ///< path and query, encoded
  std::string body;
  std::string content_type = "application/json";
  std::string idempotency_key;     ///< sent as Idempotency-Key when not empty
  request const* cause = nullptr;  ///< correlation and trace fields are passed on from here
};

enum class call_result : std::uint8_t { answered, refused_by_breaker, rejected_by_pool, timed_out, failed };

struct call_answer {
  call_result result = call_result::failed;
  unsigned status = 0;  ///< when answered
  std::string body;
  std::string detail;     ///< why not, for the log
  bool was_sent = false;  ///< the callee may have seen the request
  bool from_fallback = false;

  bool is_success() const { return result == call_result::answered && status >= 200 && status < 300; }
  /// The call may have had its effect although it did not succeed: no answer, or one that says nothing about it. A
  /// callee that answers 503 did nothing, and one that was never reached neither.
  bool is_ambiguous() const {
    if (result == call_result::timed_out || result == call_result::failed) return was_sent;
    return result == call_result::answered && status >= 500 && status != 503;
  }
};

struct client_counts {
  std::uint64_t answered = 0, failed = 0, timed_out = 0, rejected = 0, short_circuited = 0, fallbacks = 0;
  std::uint64_t fallbacks_rejected = 0;
  std::uint32_t in_flight = 0;
};

/// Calls one other service: connections kept, timeout, breaker, pool. 2xx answers count as successes for the breaker,
/// 4xx as bad requests (not counted), all others as failures. A request lost on a kept connection before any byte of
/// its answer came is sent once more when that is safe: idempotent method, or an Idempotency-Key. Use from its
/// executor's thread.
class service_client {
 public:
  /// @throws std::invalid_argument  base_url is no http URL, or the executor is not that of an io_context
  static std::unique_ptr<service_client> make(boost::asio::any_io_executor executor, client_settings settings);
  /// Closes. Let the context run (or `restart()` and `poll()` it) once afterwards, so that memory is given back.
  virtual ~service_client() = default;
  /// Answers at the latest when the timeout has passed; a call that times out goes on at the callee, while its
  /// connection is closed and its place in the pool is free at once.
  virtual boost::asio::awaitable<call_answer> send(call what) = 0;
  /// The same with something to do instead when it fails, is rejected or refused; not for 4xx answers, and not without
  /// a breaker.
  virtual boost::asio::awaitable<call_answer> send(call what, std::function<call_answer()> fallback) = 0;
  virtual breaker_state state() = 0;
  virtual circuit_breaker& breaker() = 0;
  virtual client_counts counts() const = 0;
  virtual client_settings const& settings() const = 0;
  /// Ends what is in flight and closes the kept connections, so that its context can run dry. Later calls fail.
  virtual void close() = 0;
};

}  // namespace holdfast::kit
