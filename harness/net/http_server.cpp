#include "net/http_server.hpp"

#include <cerrno>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/chunk_encode.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <sys/socket.h>

#include "net/task_group.hpp"

namespace holdfast::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);
/// After a want of descriptors: long enough not to spin, short enough not to be noticed.
constexpr std::chrono::milliseconds accept_pause{50};

using request_parser = http::request_parser<http::string_body>;

http_request taken_from(http::request<http::string_body>&& message) {
  auto const field = [&message](http::field name) { return std::string{message[name]}; };
  return {.method = std::string{message.method_string()},
          .target = std::string{message.target()},
          .content_type = field(http::field::content_type),
          .accept = field(http::field::accept),
          .authorization = field(http::field::authorization),
          .body = std::move(message.body())};
}

/// What a request that cannot be read is answered with; 0 when the peer has simply gone.
unsigned status_for(error_code ec) {
  if (ec == http::error::header_limit || ec == http::error::buffer_overflow) return 431;
  if (ec == http::error::body_limit) return 413;
  if (ec == beast::error::timeout) return 408;
  if (ec == http::error::end_of_stream || ec == http::error::partial_message) return 0;
  if (ec.category() == http::make_error_code(http::error::bad_method).category()) return 400;
  return 0;
}

class session {
 public:
  session(tcp::socket socket, http_handler const& handler, http_server_limits const& limits)
      : stream_{std::move(socket)}, handler_{handler}, limits_{limits} {}

  asio::awaitable<void> run() {
    for (auto goes_on = true; goes_on;) goes_on = co_await serve_one();
    error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
  }

 private:
  asio::awaitable<bool> serve_one() {
    stream_.expires_after(limits_.idle);
    request_parser parser;
    parser.header_limit(static_cast<std::uint32_t>(limits_.header_bytes));
    parser.body_limit(limits_.body_bytes);
    if (buffer_.size() == 0) {
      bool const spoke = co_await first_byte();
      if (!spoke) co_return false;
    }
    stream_.expires_after(limits_.request);
    auto const [head_error, head_bytes] = co_await http::async_read_header(stream_, buffer_, parser, no_throw);
    if (head_error) co_return co_await refuse(head_error);
    if (beast::iequals(parser.get()[http::field::expect], "100-continue")) {
      http::response<http::empty_body> go_on{http::status::continue_, 11};
      co_await http::async_write(stream_, go_on, no_throw);
    }
    auto const [error, bytes] = co_await http::async_read(stream_, buffer_, parser, no_throw);
    if (error) co_return co_await refuse(error);
    bool const keeps_alive = parser.get().keep_alive();
    bool const is_head = parser.get().method() == http::verb::head;
    auto reply = handler_(taken_from(parser.release()));
    if (reply.stream && !is_head) co_return co_await send_stream(std::move(reply), keeps_alive);
    co_return co_await send(std::move(reply.answer), keeps_alive, is_head);
  }

  asio::awaitable<bool> first_byte() {
    auto const [error, bytes] = co_await stream_.async_read_some(buffer_.prepare(4096), no_throw);
    buffer_.commit(bytes);
    co_return !error;
  }

  asio::awaitable<bool> refuse(error_code why) {
    auto const status = status_for(why);
    if (status == 0) co_return false;
    stream_.expires_after(limits_.request);
    // Named: g++ 12 destroys an aggregate that is a temporary of a co_await expression twice.
    http_answer answer{.status = status, .content_type = "text/plain", .body = why.message() + "\n"};
    co_await send(std::move(answer), false, false);
    co_return false;
  }

  template <class Body>
  static http::response<Body> head_of(http_answer const& answer, bool keeps_alive) {
    http::response<Body> message{static_cast<http::status>(answer.status), 11};
    message.set(http::field::content_type, answer.content_type);
    message.set(http::field::cache_control, "no-store");
    for (auto const& [name, value] : answer.headers) message.set(name, value);
    message.keep_alive(keeps_alive);
    return message;
  }

  asio::awaitable<bool> send(http_answer answer, bool keeps_alive, bool is_head) {
    auto message = head_of<http::string_body>(answer, keeps_alive);
    message.content_length(answer.body.size());
    if (!is_head) message.body() = std::move(answer.body);
    http::response_serializer<http::string_body> serializer{message};
    stream_.expires_after(limits_.request);
    if (is_head) {
      auto const [error, bytes] = co_await http::async_write_header(stream_, serializer, no_throw);
      co_return !error && keeps_alive;
    }
    auto const [error, bytes] = co_await http::async_write(stream_, serializer, no_throw);
    co_return !error && keeps_alive;
  }

  asio::awaitable<bool> send_stream(http_reply reply, bool keeps_alive) {
    auto message = head_of<http::empty_body>(reply.answer, keeps_alive);
    message.chunked(true);
    http::response_serializer<http::empty_body> serializer{message};
    stream_.expires_after(limits_.request);
    auto const [head_error, head_bytes] = co_await http::async_write_header(stream_, serializer, no_throw);
    if (head_error) co_return false;
    for (;;) {
      stream_.expires_never();
      auto piece = co_await piece_or_hang_up(*reply.stream);
      if (piece.index() == 1) co_return false;
      auto const& text = std::get<0>(piece);
      stream_.expires_after(limits_.request);
      if (!text) break;
      auto const [error, bytes] = co_await asio::async_write(stream_, http::make_chunk(asio::buffer(*text)), no_throw);
      if (error) co_return false;
    }
    auto const [error, bytes] = co_await asio::async_write(stream_, http::make_chunk_last(), no_throw);
    co_return !error && keeps_alive;
  }

  asio::awaitable<std::variant<std::optional<std::string>, std::monostate>> piece_or_hang_up(http_stream& from) {
    using namespace asio::experimental::awaitable_operators;
    co_return co_await (from.next() || hang_up());
  }

  /// Returns when the peer has closed. Bytes it has sent early are left for the next request.
  asio::awaitable<void> hang_up() {
    auto& socket = stream_.socket();
    auto const [error] = co_await socket.async_wait(tcp::socket::wait_read, no_throw);
    char byte = 0;
    auto const got = error ? 0 : ::recv(socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (got <= 0) co_return;
    asio::steady_timer never{socket.get_executor(), asio::steady_timer::time_point::max()};
    co_await never.async_wait(no_throw);
  }

  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  http_handler const& handler_;
  http_server_limits const& limits_;
};

class listening_server final : public http_server {
 public:
  listening_server(asio::any_io_executor const& executor, http_handler handler, http_server_limits limits)
      : acceptor_{executor}, handler_{std::move(handler)}, limits_{limits}, tasks_{executor} {}

  error_code listen(tcp::endpoint const& at) {
    error_code ec;
    acceptor_.open(at.protocol(), ec);
    if (!ec) acceptor_.set_option(tcp::acceptor::reuse_address{true}, ec);
    if (!ec) acceptor_.bind(at, ec);
    if (!ec) acceptor_.listen(asio::socket_base::max_listen_connections, ec);
    if (!ec) tasks_.spawn(accept_all());
    return ec;
  }

  tcp::endpoint endpoint() const override {
    error_code ignored;
    return acceptor_.local_endpoint(ignored);
  }

  asio::awaitable<void> stop() override {
    error_code ignored;
    acceptor_.close(ignored);
    tasks_.cancel();
    co_await tasks_.join();
  }

 private:
  asio::awaitable<void> accept_all() {
    asio::steady_timer pause{acceptor_.get_executor()};
    while (acceptor_.is_open()) {
      auto [error, socket] = co_await acceptor_.async_accept(no_throw);
      if (error == asio::error::operation_aborted || !acceptor_.is_open()) co_return;
      if (error) {
        pause.expires_after(accept_pause);
        co_await pause.async_wait(no_throw);
        continue;
      }
      if (tasks_.size() <= limits_.connections) tasks_.spawn(serve(std::move(socket)));
    }
  }

  asio::awaitable<void> serve(tcp::socket socket) {
    error_code ignored;
    socket.set_option(tcp::no_delay{true}, ignored);
    session one{std::move(socket), handler_, limits_};
    co_await one.run();
  }

  tcp::acceptor acceptor_;
  http_handler handler_;
  http_server_limits limits_;
  task_group tasks_;
};

}  // namespace

result<std::unique_ptr<http_server>> http_server::start(asio::any_io_executor executor, tcp::endpoint const& at,
                                                        http_handler handler, http_server_limits limits) {
  auto made = std::make_unique<listening_server>(executor, std::move(handler), limits);
  if (auto const why = made->listen(at)) return why;
  return std::unique_ptr<http_server>{std::move(made)};
}

}  // namespace holdfast::net
