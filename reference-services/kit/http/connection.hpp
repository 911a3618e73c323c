#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <list>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "core/clock.hpp"
#include "kit/http/request_reader.hpp"
#include "kit/http/request_slots.hpp"
#include "kit/http/router.hpp"
#include "kit/http/server.hpp"

namespace holdfast::kit {

class connection;

/// What the connections of a server share.
struct server_core {
  server_settings settings;
  router routes;
  request_slots slots;
  boost::asio::steady_timer emptied;  // cancelled when the last connection is gone
  std::string common;                 // lines of every answer; renewed each second
  std::string local_host;             // for links, when a request names no host
  std::list<connection*> open;
  std::size_t in_flight = 0;
  bool is_draining = false;
};

enum class admission : std::uint8_t { served, refused };

/// One client's connection: reads requests, answers them in order, keeps the rules of time through enforce().
class connection {
 public:
  connection(server_core& core, boost::asio::ip::tcp::socket socket, boost::asio::ip::tcp::endpoint const& peer,
             admission how);
  connection(connection const&) = delete;
  connection& operator=(connection const&) = delete;
  ~connection();

  boost::asio::awaitable<void> serve();
  void enforce(time_point now);  ///< acts on a time that has passed
  void close_if_idle();
  void cut_off();
  void tell_failure(request const* asked, std::exception_ptr const& failure) const;

 private:
  enum class phase : std::uint8_t { working, idle, head, body, writing, lingering };

  boost::asio::awaitable<void> serve_requests();
  boost::asio::awaitable<bool> read();  // false: nothing more to answer
  boost::asio::awaitable<void> answer_request();
  boost::asio::awaitable<void> write_rest();
  boost::asio::awaitable<void> linger();

  void feed();
  void take_head();
  void begin_wait();
  void make_room();
  bool refill_without_waiting();

  void answer_without_route();
  void answer_quickly();
  void answer_failure(std::exception_ptr const& failure);
  response error_answer(unsigned status) const;
  request const* asked_if_known() const { return reader_.has_head() ? &reader_.asked() : nullptr; }

  void compose();
  bool write_now();  // true: everything is with the kernel, or the client is gone
  void finish_answer();

  server_core& core_;
  boost::asio::ip::tcp::socket socket_;
  std::list<connection*>::iterator place_;
  request_reader reader_;
  router::match match_;
  response answer_;
  std::string out_;
  std::array<boost::asio::const_buffer, 2> unsent_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0, end_ = 0;  // what of the buffer is not read yet
  time_point deadline_ = time_point::max();
  time_point read_at_{};
  time_point head_began_{};
  admission admission_;
  phase phase_ = phase::working;
  bool must_close_ = false;
};

}  // namespace holdfast::kit
