#include "net/http_server.hpp"

#include <array>
#include <exception>
#include <type_traits>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
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
/// For a peer that still sends what was refused, before the connection is closed over it.
constexpr std::chrono::seconds linger_time{5};
constexpr std::size_t discard_bytes = 64UL * 1024;

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

/// What a request that cannot be read is answered with; 0 when the peer has gone, or has met a limit of time, which
/// closes the connection.
unsigned status_for(error_code ec) {
  if (ec == http::error::header_limit || ec == http::error::buffer_overflow) return 431;
  if (ec == http::error::body_limit) return 413;
  if (ec == http::error::end_of_stream || ec == http::error::partial_message) return 0;
  if (ec.category() == http::make_error_code(http::error::bad_method).category()) return 400;
  return 0;
}

bool may_have_body(unsigned status) { return status >= 200 && status != 204 && status != 304; }

/// What of a request its answer depends on.
struct answer_terms {
  bool keeps_alive = false;
  bool is_head = false;
  bool takes_chunks = true;
};

using plain_stream = beast::tcp_stream;
using tls_stream = asio::ssl::stream<beast::tcp_stream>;

/// @tparam Stream  plain_stream or tls_stream
template <class Stream>
class session {
 public:
  session(Stream stream, http_handler const& handler, http_server_limits const& limits)
      : stream_{std::move(stream)}, handler_{handler}, limits_{limits} {}

  asio::awaitable<void> run() {
    if constexpr (std::is_same_v<Stream, tls_stream>) {
      tcp_layer().expires_after(limits_.request);
      auto const [refused] = co_await stream_.async_handshake(asio::ssl::stream_base::server, no_throw);
      if (refused) co_return;
    }
    for (auto goes_on = true; goes_on;) goes_on = co_await serve_one();
    if constexpr (std::is_same_v<Stream, tls_stream>) {
      tcp_layer().expires_after(limits_.request);
      co_await stream_.async_shutdown(no_throw);
    }
    error_code ignored;
    tcp_layer().socket().shutdown(tcp::socket::shutdown_send, ignored);
    if (was_refused_ || buffer_.size() > 0) co_await discard_rest();
  }

 private:
  asio::awaitable<bool> serve_one() {
    tcp_layer().expires_after(limits_.idle);
    request_parser parser;
    parser.header_limit(static_cast<std::uint32_t>(limits_.header_bytes));
    parser.body_limit(limits_.body_bytes);
    if (buffer_.size() == 0) {
      bool const spoke = co_await first_byte();
      if (!spoke) co_return false;
    }
    tcp_layer().expires_after(limits_.request);
    auto const [head_error, head_bytes] = co_await http::async_read_header(stream_, buffer_, parser, no_throw);
    if (head_error) co_return co_await refuse(head_error);
    if (beast::iequals(parser.get()[http::field::expect], "100-continue")) {
      http::response<http::empty_body> go_on{http::status::continue_, 11};
      co_await http::async_write(stream_, go_on, no_throw);
    }
    auto const [error, bytes] = co_await http::async_read(stream_, buffer_, parser, no_throw);
    if (error) co_return co_await refuse(error);
    answer_terms const terms{.keeps_alive = parser.get().keep_alive(),
                             .is_head = parser.get().method() == http::verb::head,
                             .takes_chunks = parser.get().version() >= 11};
    auto reply = handler_(taken_from(parser.release()));
    if (reply.stream) {
      co_await send_stream(std::move(reply), terms);
      co_return false;
    }
    co_return co_await send(std::move(reply.answer), terms);
  }

  asio::awaitable<bool> first_byte() {
    auto const [error, bytes] = co_await stream_.async_read_some(buffer_.prepare(4096), no_throw);
    buffer_.commit(bytes);
    co_return !error;
  }

  asio::awaitable<bool> refuse(error_code why) {
    auto const status = status_for(why);
    if (status == 0) co_return false;
    was_refused_ = true;
    tcp_layer().expires_after(limits_.request);
    // Named: g++ 12 destroys an aggregate that is a temporary of a co_await expression twice.
    http_answer answer{.status = status, .content_type = "text/plain", .body = why.message() + "\n"};
    answer_terms const terms{};
    co_await send(std::move(answer), terms);
    co_return false;
  }

  /// Closing with bytes unread resets the connection, and a peer that is still sending may lose the answer over it.
  asio::awaitable<void> discard_rest() {
    tcp_layer().expires_after(linger_time);
    for (auto goes_on = true; goes_on;) {
      buffer_.clear();
      auto const [error, bytes] = co_await tcp_layer().async_read_some(buffer_.prepare(discard_bytes), no_throw);
      goes_on = !error;
    }
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

  asio::awaitable<bool> send(http_answer answer, answer_terms terms) {
    auto message = head_of<http::string_body>(answer, terms.keeps_alive);
    if (may_have_body(answer.status)) {
      message.content_length(answer.body.size());
      if (!terms.is_head) message.body() = std::move(answer.body);
    }
    http::response_serializer<http::string_body> serializer{message};
    tcp_layer().expires_after(limits_.request);
    if (terms.is_head) {
      auto const [error, bytes] = co_await http::async_write_header(stream_, serializer, no_throw);
      co_return !error && terms.keeps_alive;
    }
    auto const [error, bytes] = co_await http::async_write(stream_, serializer, no_throw);
    co_return !error && terms.keeps_alive;
  }

  /// Until its end or until the peer has gone, whichever is first. In HTTP/1.0, which knows no chunks, the end of the
  /// connection is the end of the body.
  asio::awaitable<void> send_stream(http_reply reply, answer_terms terms) {
    using namespace asio::experimental::awaitable_operators;
    auto message = head_of<http::empty_body>(reply.answer, false);
    message.chunked(terms.takes_chunks);
    http::response_serializer<http::empty_body> serializer{message};
    tcp_layer().expires_after(limits_.request);
    auto const [head_error, head_bytes] = co_await http::async_write_header(stream_, serializer, no_throw);
    if (head_error || terms.is_head) co_return;
    tcp_layer().expires_never();  // the pieces have limits of their own
    co_await (send_until_end(*reply.stream, terms.takes_chunks) || hang_up());
  }

  /// A stream that throws is cut off. Its failure must not leave here: `||` would wait for the peer to hang up.
  asio::awaitable<void> send_until_end(http_stream& from, bool in_chunks) {
    try {
      co_await send_pieces(from, in_chunks);
    } catch (std::exception const&) {
      co_return;
    }
  }

  asio::awaitable<void> send_pieces(http_stream& from, bool in_chunks) {
    for (auto goes_on = true; goes_on;) {
      auto const piece = co_await from.next();
      if (!piece) break;
      auto const bytes = asio::buffer(*piece);
      if (in_chunks) {
        goes_on = co_await send_in_time(http::make_chunk(bytes));
      } else {
        goes_on = co_await send_in_time(bytes);
      }
      if (!goes_on) co_return;
    }
    if (in_chunks) co_await send_in_time(http::make_chunk_last());
  }

  /// The stream's own limit would also end the read that waits for the peer to hang up.
  template <class Buffers>
  asio::awaitable<bool> send_in_time(Buffers buffers) {
    asio::steady_timer limit{tcp_layer().get_executor(), limits_.request};
    auto const [order, write_error, bytes, limit_error] =
        co_await asio::experimental::make_parallel_group(asio::async_write(stream_, buffers, asio::deferred),
                                                         limit.async_wait(asio::deferred))
            .async_wait(asio::experimental::wait_for_one{}, asio::use_awaitable);
    co_return order[0] == 0 && !write_error;
  }

  /// Returns when the peer has closed. What it sends meanwhile is not answered: the stream is the connection's last.
  asio::awaitable<void> hang_up() {
    for (std::array<char, 256> ignored{};;) {
      auto const [error, bytes] = co_await stream_.async_read_some(asio::buffer(ignored), no_throw);
      if (error) co_return;
    }
  }

  beast::tcp_stream& tcp_layer() { return beast::get_lowest_layer(stream_); }

  Stream stream_;
  beast::flat_buffer buffer_;
  http_handler const& handler_;
  http_server_limits const& limits_;
  bool was_refused_ = false;
};

class listening_server final : public http_server {
 public:
  listening_server(asio::any_io_executor const& executor, http_handler handler, http_server_limits limits)
      : acceptor_{executor}, handler_{std::move(handler)}, limits_{limits}, tasks_{executor} {}

  error_code show(http_server_certificate const& shown) {
    error_code ec;
    auto& tls = tls_.emplace(asio::ssl::context::tls_server);
    tls.set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1);
    tls.use_certificate_chain(asio::buffer(shown.certificate), ec);
    if (!ec) tls.use_private_key(asio::buffer(shown.key), asio::ssl::context::pem, ec);
    return ec;
  }

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
    if (tls_) {
      session<tls_stream> one{tls_stream{plain_stream{std::move(socket)}, *tls_}, handler_, limits_};
      co_await one.run();
    } else {
      session<plain_stream> one{plain_stream{std::move(socket)}, handler_, limits_};
      co_await one.run();
    }
  }

  std::optional<asio::ssl::context> tls_;
  tcp::acceptor acceptor_;
  http_handler handler_;
  http_server_limits limits_;
  task_group tasks_;
};

}  // namespace

result<std::unique_ptr<http_server>> http_server::start(asio::any_io_executor executor, tcp::endpoint const& at,
                                                        http_handler handler, http_server_limits limits,
                                                        std::optional<http_server_certificate> const& shown) {
  auto made = std::make_unique<listening_server>(executor, std::move(handler), limits);
  if (shown) {
    if (auto const why = made->show(*shown)) return why;
  }
  if (auto const why = made->listen(at)) return why;
  return std::unique_ptr<http_server>{std::move(made)};
}

}  // namespace holdfast::net
