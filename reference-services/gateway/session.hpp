#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "gateway/exchange.hpp"
#include "gateway/gateway_core.hpp"
#include "gateway/stream.hpp"
#include "kit/http/message.hpp"
#include "kit/http/request_reader.hpp"

namespace holdfast::gateway {

/// One client's connection: reads requests and answers them in order, by itself or with what a backend says.
class session {
 public:
  enum class admission : std::uint8_t { served, refused };

  /// @param address  the client's, without port
  session(gateway_core& core, stream::socket socket, std::string address, std::uint16_t port, admission how);
  session(session const&) = delete;
  session& operator=(session const&) = delete;
  ~session();

  boost::asio::awaitable<void> serve();
  void close_if_idle();
  void cut_off();

 private:
  enum class phase : std::uint8_t { working, idle };
  struct finished {
    unsigned status = 0;
    std::uint64_t body_bytes = 0;
    backend const* by = nullptr;
    bool is_cut = false;
  };

  boost::asio::awaitable<void> serve_requests();
  boost::asio::awaitable<bool> read_head();  // false: nothing more to answer
  boost::asio::awaitable<bool> wait_for_head();
  void feed_head();
  void check_head(std::string_view raw);
  boost::asio::awaitable<void> answer_request();
  boost::asio::awaitable<void> pass_on(route_table::destination to);
  std::optional<kit::response> answer_without_backend();
  boost::asio::awaitable<void> say(kit::response answer, backend const* by);
  kit::response error_page(unsigned status, std::string_view message) const;
  boost::asio::awaitable<void> linger();
  void finish(finished const& how);

  gateway_core& core_;
  stream client_;
  std::list<session*>::iterator place_;
  kit::request_reader reader_;
  exchange exchange_;
  std::string address_, line_;
  std::size_t head_bytes_ = 0;  // read of the present head
  time_point read_at_, head_began_{};
  admission admission_;
  phase phase_ = phase::working;
  bool must_close_ = false;
  bool must_cut_ = false;  // without a word, so that the client notices
};

}  // namespace holdfast::gateway
