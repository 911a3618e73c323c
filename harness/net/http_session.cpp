#include "net/http_session.hpp"

#include <array>
#include <exception>
#include <sstream>
#include <string_view>
#include <utility>
#include <variant>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <fmt/format.h>

namespace holdfast::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

/// For a peer that still sends what was refused, before the connection is closed over it.
constexpr std::chrono::seconds linger_time{5};
constexpr std::size_t read_bytes = 16UL * 1024;  // a TLS record

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

http::response_header<> head_of(http_answer const& answer, bool keeps_alive) {
  http::response_header<> head;
  head.version(11);
  head.result(answer.status);
  head.set(http::field::content_type, answer.content_type);
  head.set(http::field::cache_control, "no-store");
  for (auto const& [name, value] : answer.headers) head.set(name, value);
  if (!keeps_alive) head.set(http::field::connection, "close");
  return head;
}

std::string text_of(http::response_header<> const& head) {
  std::ostringstream text;
  text << head;
  return std::move(text).str();
}

/// What of a request its answer depends on.
struct answer_terms {
  bool keeps_alive = false;
  bool is_head = false;
  bool takes_chunks = true;
};

/// One connection, from its first byte to its last.
class session {
 public:
  session(std::unique_ptr<server_stream> stream, http_handler const& handler, http_server_limits const& limits)
      : stream_{std::move(stream)}, handler_{handler}, limits_{limits} {}

  asio::awaitable<void> run() {
    stream_->expires_after(limits_.request);
    auto const refused = co_await stream_->begin();
    if (refused) co_return;
    for (auto goes_on = true; goes_on;) goes_on = co_await serve_one();
    stream_->expires_after(limits_.request);
    co_await stream_->end();
    if (was_refused_ || buffer_.size() > 0) co_await discard_rest();
  }

 private:
  asio::awaitable<bool> serve_one() {
    stream_->expires_after(limits_.idle);
    request_parser parser;
    parser.header_limit(static_cast<std::uint32_t>(limits_.header_bytes));
    parser.body_limit(limits_.body_bytes);
    if (buffer_.size() == 0) {
      auto const silent = co_await read_more();
      if (silent) co_return false;
    }
    stream_->expires_after(limits_.request);
    auto error = co_await read_header(parser);
    if (error) co_return co_await refuse(error);
    if (beast::iequals(parser.get()[http::field::expect], "100-continue")) {
      error = co_await write("HTTP/1.1 100 Continue\r\n\r\n", {});
      if (error) co_return false;
    }
    error = co_await read_body(parser);
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

  asio::awaitable<error_code> read_more() {
    auto const got = co_await stream_->read_some(buffer_.prepare(read_bytes));
    buffer_.commit(got.bytes);
    co_return got.error;
  }

  asio::awaitable<error_code> read_header(request_parser& into) {
    into.eager(false);
    while (!into.is_header_done()) {
      auto const error = co_await feed(into);
      if (error) co_return error;
    }
    co_return error_code{};
  }

  asio::awaitable<error_code> read_body(request_parser& into) {
    into.eager(true);
    while (!into.is_done()) {
      auto const error = co_await feed(into);
      if (error) co_return error;
    }
    co_return error_code{};
  }

  /// Gives the parser what has come; when that is too little, more of it is read first the next time.
  asio::awaitable<error_code> feed(request_parser& into) {
    if (buffer_.size() > 0) {
      error_code error;
      buffer_.consume(into.put(buffer_.data(), error));
      if (error != http::error::need_more) co_return error;
    }
    auto const error = co_await read_more();
    if (error != asio::error::eof) co_return error;
    error_code end;
    into.put_eof(end);
    co_return end ? end : make_error_code(http::error::end_of_stream);
  }

  asio::awaitable<error_code> write(std::string_view head, std::string_view body) {
    server_stream::pieces const both{asio::buffer(head), asio::buffer(body)};
    co_return co_await stream_->write(both);
  }

  asio::awaitable<bool> refuse(error_code why) {
    auto const status = status_for(why);
    if (status == 0) co_return false;
    was_refused_ = true;
    stream_->expires_after(limits_.request);
    // Named: g++ 12 destroys an aggregate that is a temporary of a co_await expression twice.
    http_answer answer{.status = status, .content_type = "text/plain", .body = why.message() + "\n"};
    answer_terms const terms{};
    co_await send(std::move(answer), terms);
    co_return false;
  }

  /// Closing with bytes unread resets the connection, and a peer that is still sending may lose the answer over it.
  asio::awaitable<void> discard_rest() {
    stream_->expires_after(linger_time);
    for (auto goes_on = true; goes_on;) {
      buffer_.clear();
      auto const got = co_await stream_->read_raw(buffer_.prepare(read_bytes));
      goes_on = !got.error;
    }
  }

  asio::awaitable<bool> send(http_answer answer, answer_terms terms) {
    auto head = head_of(answer, terms.keeps_alive);
    bool const has_body = may_have_body(answer.status);
    if (has_body) head.set(http::field::content_length, std::to_string(answer.body.size()));
    auto const text = text_of(head);
    stream_->expires_after(limits_.request);
    auto const error =
        co_await write(text, has_body && !terms.is_head ? std::string_view{answer.body} : std::string_view{});
    co_return !error && terms.keeps_alive;
  }

  /// Until its end or until the peer has gone, whichever is first. In HTTP/1.0, which knows no chunks, the end of the
  /// connection is the end of the body.
  asio::awaitable<void> send_stream(http_reply reply, answer_terms terms) {
    using namespace asio::experimental::awaitable_operators;
    auto head = head_of(reply.answer, false);
    if (terms.takes_chunks) head.set(http::field::transfer_encoding, "chunked");
    auto const text = text_of(head);
    stream_->expires_after(limits_.request);
    auto const error = co_await write(text, {});
    if (error || terms.is_head) co_return;
    stream_->expires_never();  // the pieces have limits of their own
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
      auto piece = co_await from.next();
      if (!piece) break;
      if (in_chunks) piece->append("\r\n");
      auto const size = in_chunks ? fmt::format("{:x}\r\n", piece->size() - 2) : std::string{};
      goes_on = co_await send_in_time(size, *piece);
      if (!goes_on) co_return;
    }
    if (in_chunks) co_await send_in_time("0\r\n\r\n", {});
  }

  /// The stream's own limit would also end the read that waits for the peer to hang up.
  asio::awaitable<bool> send_in_time(std::string_view head, std::string_view body) {
    using namespace asio::experimental::awaitable_operators;
    asio::steady_timer limit{co_await asio::this_coro::executor, limits_.request};
    auto const first = co_await (write(head, body) || limit.async_wait(no_throw));
    co_return first.index() == 0 && !std::get<0>(first);
  }

  /// Returns when the peer has closed. What it sends meanwhile is not answered: the stream is the connection's last.
  asio::awaitable<void> hang_up() {
    for (std::array<char, 256> ignored{};;) {
      auto const got = co_await stream_->read_some(asio::buffer(ignored));
      if (got.error) co_return;
    }
  }

  std::unique_ptr<server_stream> stream_;
  beast::flat_buffer buffer_;
  http_handler const& handler_;
  http_server_limits const& limits_;
  bool was_refused_ = false;
};

}  // namespace

asio::awaitable<void> serve_http(std::unique_ptr<server_stream> stream, http_handler const& handler,
                                 http_server_limits const& limits) {
  session one{std::move(stream), handler, limits};
  co_await one.run();
}

}  // namespace holdfast::net
