#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <variant>

#include "core/clock.hpp"
#include "load/outcome.hpp"
#include "net/header_field.hpp"

namespace holdfast::load {

/// How much of an answer a script looks at. What it does not want is counted, not kept.
enum class answer_wants : std::uint8_t { status, headers, headers_and_body };

using net::header_field;

/// The answer to one attempt. Views are valid during the call only.
struct answer {
  std::uint16_t status = 0;
  std::uint8_t http_minor = 1;            ///< 0 for HTTP/1.0, 1 for HTTP/1.1
  std::uint64_t body_bytes = 0;           ///< length of the body, chunk framing not counted
  std::span<header_field const> headers;  ///< empty unless wanted
  std::string_view body;                  ///< empty unless wanted; cut at the limit of the run
  bool body_was_cut = false;
};

/// When one attempt was sent and when it ended.
struct attempt_times {
  time_point started;  ///< first byte handed to the kernel (for a new connection: start of the connect)
  time_point ended;    ///< last byte of the answer read, or the failure known
  nanoseconds service_time() const { return ended - started; }
};

/// One HTTP request as it goes over the wire, ready to send.
struct attempt {
  std::string_view bytes;    ///< head and body; valid until the script's next call
  std::uint32_t origin = 0;  ///< index in the shard's origin_table
  std::uint32_t name = 0;    ///< index in the run's list of request names
  answer_wants wants = answer_wants::status;
  bool is_head = false;      ///< the answer has no body whatever its headers say
  bool close_after = false;  ///< do not keep the connection, whatever the answer says
};

/// Think time: do nothing for this long, then ask again. The end of the pause is the intended start of what follows.
struct pause {
  nanoseconds length{};
};

/// The sequence is over. In a closed loop the next call begins the next iteration.
struct finished {};

/// This user does nothing more in this run.
struct retired {};

using next_move = std::variant<attempt, pause, finished, retired>;

/// What a script makes of an answer.
struct judgement {
  outcome verdict = outcome::ok;
  /// The same request goes on with another attempt (redirect, authentication); the verdict is not final.
  bool continues = false;
  /// What a failed check found; empty when the verdict says it all. Valid until the script's next call.
  std::string_view detail{};
};

/// What one virtual user does next: a state machine without sockets, clocks or threads. One object a user (closed loop)
/// or a running arrival (open loop); used by one shard thread only. A shard calls next(); for an attempt it then calls
/// exactly one of on_answer() and on_failure(), and next() again.
class user_script {
 public:
  virtual ~user_script() = default;
  virtual next_move next(time_point now) = 0;
  virtual judgement on_answer(answer const& reply, attempt_times const& times) = 0;
  /// The attempt brought no whole answer. The request ends with `reason`. `detail` is what the system or the reader of
  /// answers said ("No route to host"); empty when the reason says it all, valid during the call only.
  virtual void on_failure(outcome reason, std::string_view detail, attempt_times const& times) = 0;
};

}  // namespace holdfast::load
