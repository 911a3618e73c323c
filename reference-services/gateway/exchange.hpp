#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "gateway/answer_reader.hpp"
#include "gateway/backend.hpp"
#include "gateway/body_patience.hpp"
#include "gateway/gateway_core.hpp"
#include "gateway/outgoing_message.hpp"
#include "gateway/stream.hpp"
#include "kit/http/request_reader.hpp"
#include "kit/http/task_group.hpp"

namespace holdfast::gateway {

/// How the passing on of a request ended.
struct exchange_end {
  enum class kind : std::uint8_t {
    answered,     ///< the client has the backend's answer
    cut,          ///< it has a part of it; the connection must be closed, so that it notices
    client_gone,  ///< it went away or stopped reading
    refused,      ///< nothing was answered yet: the gateway has to, with `status`
  } is = kind::answered;
  unsigned status = 0;
  std::string message;           ///< for the error page
  std::uint64_t body_bytes = 0;  ///< of the answer, as far as they were sent
  bool must_close = false;       ///< the client's connection cannot be used again
};

/// One request on its way to a backend and the answer on its way back, piece by piece: what does not fit through on one
/// side is not read on the other. The same buffers serve one request after the other.
class exchange {
 public:
  exchange(gateway_core& core, stream& client, kit::request_reader& reader)
      : core_{core}, client_{client}, reader_{reader} {}
  exchange(exchange const&) = delete;
  exchange& operator=(exchange const&) = delete;
  ~exchange();

  /// Ends what goes on: the client was cut off.
  void cut_off();
  /// @param peer_address  the client's, for X-Forwarded-For
  boost::asio::awaitable<exchange_end> run(backend& to, std::string_view target, std::string_view peer_address);

 private:
  enum class sending : std::uint8_t {
    done,
    broken,  // the backend does not take it, but may have said why
    answered_early,
    backend_slow,
    client_gone,
    client_slow,
    client_wrong
  };
  struct alarm;

  boost::asio::awaitable<backend_failure> connect(bool may_be_kept);
  void compose_request(std::string_view target, std::string_view peer_address);
  void take_body();
  boost::asio::awaitable<sending> send_request();
  boost::asio::awaitable<sending> send_piece(bool is_last);
  boost::asio::awaitable<sending> await_body(body_patience& with);
  boost::asio::awaitable<bool> answer_ends_request();
  boost::asio::awaitable<void> answer_alongside();
  boost::asio::awaitable<exchange_end> end_alongside(sending how);
  void set_alarm();
  void clear_alarm();

  boost::asio::awaitable<backend_failure> read_answer_head();
  void feed_answer();
  void compose_answer();
  boost::asio::awaitable<transfer> await_answer(time_point until);
  boost::asio::awaitable<exchange_end> pass_answer_on();
  exchange_end failed(backend_failure why);
  exchange_end refusal(backend_failure why);
  exchange_end refused_by_client(sending how) const;
  void let_go_of_backend();
  time_point stalled_at() const { return clock_seam::now() + core_.config.stall_time; }

  gateway_core& core_;
  stream& client_;
  kit::request_reader& reader_;
  backend* backend_ = nullptr;
  std::unique_ptr<stream> connection_;
  answer_reader answer_;
  outgoing_message to_backend_, to_client_;
  std::shared_ptr<alarm> alarm_;
  std::unique_ptr<kit::task_group> alongside_;  // passes an answer on while the request is still being sent
  exchange_end alongside_end_;
  bool is_answered_ = false;  // alongside, and nobody wants the rest of the request
  bool is_kept_ = false;      // connection_ carried other requests before
  bool is_request_whole_ = false;
  bool must_close_ = false;
  bool is_client_gone_ = false;  // while the backend was waited for
};

}  // namespace holdfast::gateway
