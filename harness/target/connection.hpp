#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>

#include "core/clock.hpp"
#include "net/tls_session.hpp"
#include "target/answer.hpp"
#include "target/body_reader.hpp"
#include "target/delay_queue.hpp"
#include "target/path_kind.hpp"
#include "target/request_scanner.hpp"
#include "target/special_answer.hpp"

namespace holdfast::target {

class worker;

using stream_socket =
    boost::asio::basic_stream_socket<boost::asio::generic::stream_protocol, boost::asio::io_context::executor_type>;

/// One client connection: reads requests one after the other and carries out the answers that its worker makes of them.
/// A state machine of callbacks: in the steady state of small keep-alive requests one receive and one send each, and no
/// allocation. Owned by its worker, which reuses it; used on the worker's thread only.
class connection : public delay_queue::entry {
 public:
  explicit connection(worker& owner);

  stream_socket& socket() { return socket_; }  ///< to accept into
  bool is_open() const { return phase_ != phase::closed; }
  std::uint64_t answers_sent() const { return answers_here_ + batched_; }  ///< on this connection
  request_context context_of_request() const;                              ///< of the one that is being answered

  void start(time_point now);          ///< the socket has been accepted
  void on_delay_over(time_point now);  ///< the worker's delay queue calls when the wait is over
  void check_idle(time_point now);     ///< called about once a second
  void give(answer made);              ///< an answer that was not ready when it was asked for
  void shut_down();                    ///< at the end of the server

 private:
  enum class phase : std::uint8_t {
    closed,
    head,       // waits for a request, or for the rest of its head
    body,       // passes over the request's body
    answering,  // carries out current_
    lingering,  // has closed its side and reads until the peer does, so that no reset destroys the answer
  };
  enum class answer_timing : std::uint8_t { by_law, at_once };

  // reading
  void receive();
  void receive_into(char* at, std::size_t room);
  bool make_room();
  void on_received(boost::system::error_code ec, std::size_t bytes);
  void on_peer_closed();
  void process(time_point now);
  bool read_head(time_point now);
  void begin_body(request const& head, path_match const& path, std::string_view raw_head);
  bool read_body(time_point now);
  void refuse(std::uint16_t status, time_point now);
  std::string_view unread() const { return {input_.data() + input_begin_, input_end_ - input_begin_}; }

  // TLS, when the server speaks it
  void take_cipher(std::size_t bytes, time_point now);
  bool shake_hands();
  void decrypt(time_point now);

  // answering
  void respond(request const& head, path_match const& path, time_point now);
  void send_batch();
  void settle_batch();
  void send_ready(std::string_view bytes, std::uint64_t answers);
  void begin_answer(answer made, time_point now, answer_timing timing = answer_timing::by_law);
  void begin_ready(std::string_view bytes, time_point now);
  void begin_current(time_point now, answer_timing timing);
  void resume(time_point now);
  void advance(time_point now);
  void next_step();
  bool perform(step const& s, time_point now);
  bool perform_filler(send_filler const& s);
  bool perform_paced(send_paced const& s, time_point now);
  void finish_answer();
  void wait_until(time_point due);
  void yield();

  // sending and closing
  bool transmit(std::string_view bytes);
  bool transmit_raw(std::string_view bytes);
  void flush();
  void on_flushed(boost::system::error_code ec, std::size_t bytes);
  void linger();
  void reset();
  void close_now();
  void leave_handler();  // last in every handler: goes back to the worker when nothing is pending any more

  worker& owner_;
  stream_socket socket_;
  phase phase_ = phase::closed;
  bool in_use_ = false;  // between start() and the return to the worker
  bool receiving_ = false;
  bool flushing_ = false;
  bool stalled_ = false;      // the answer's end is silence
  bool peer_closed_ = false;  // at least its sending side
  bool first_read_ = true;
  bool must_linger_ = false;
  bool is_counted_ = false;    // current_ answers a request that counts towards the server's limit
  bool keeps_body_ = false;    // the answer needs the request's body (echo)
  std::uint32_t pending_ = 0;  // handlers that will still come
  std::uint64_t answers_here_ = 0;

  std::vector<char> input_;
  std::size_t input_begin_ = 0;
  std::size_t input_end_ = 0;
  std::size_t scanned_ = 0;  // of unread(): known to hold no end of a head

  time_point arrival_{};        // of the request that is being answered
  time_point last_activity_{};  // of the peer
  time_point head_since_{};     // when the first bytes of an unfinished head came
  body_reader body_;
  std::string kept_head_;  // of a request with a body
  std::string kept_body_;

  std::unique_ptr<net::tls_session> tls_;
  std::vector<char> cipher_;  // as received
  bool is_shaking_hands_ = false;
  bool has_tls_backlog_ = false;  // decrypting waits for room in input_

  answer current_;
  std::uint64_t answers_in_current_ = 1;  // more for pipelined requests
  std::uint64_t batched_ = 0;             // answers in the worker's batch: within process() only
  std::size_t step_ = 0;
  std::uint64_t offset_ = 0;  // in the step
  std::string output_;        // what the kernel would not take yet
};

}  // namespace holdfast::target
