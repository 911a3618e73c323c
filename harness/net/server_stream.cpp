#include "net/server_stream.hpp"

#include <type_traits>
#include <utility>

#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/tcp_stream.hpp>

namespace holdfast::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;

using plain_stream = beast::tcp_stream;
using tls_stream = asio::ssl::stream<beast::tcp_stream>;

template <class Stream>
class stream_of final : public server_stream {
 public:
  explicit stream_of(Stream stream) : stream_{std::move(stream)} {}

  asio::awaitable<error_code> begin() override {
    if constexpr (is_encrypted) {
      auto const [error] = co_await stream_.async_handshake(asio::ssl::stream_base::server, no_throw);
      co_return error;
    }
    co_return error_code{};
  }

  asio::awaitable<received> read_some(asio::mutable_buffer into) override {
    auto const [error, bytes] = co_await stream_.async_read_some(into, no_throw);
    co_return received{error, bytes};
  }

  asio::awaitable<error_code> write(pieces what) override {
    auto const [error, bytes] = co_await asio::async_write(stream_, what, no_throw);
    co_return error;
  }

  asio::awaitable<void> end() override {
    if constexpr (is_encrypted) co_await stream_.async_shutdown(no_throw);
    error_code ignored;
    tcp_layer().socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  }

  asio::awaitable<received> read_raw(asio::mutable_buffer into) override {
    auto const [error, bytes] = co_await tcp_layer().async_read_some(into, no_throw);
    co_return received{error, bytes};
  }

  void expires_after(std::chrono::nanoseconds limit) override { tcp_layer().expires_after(limit); }
  void expires_never() override { tcp_layer().expires_never(); }

 private:
  static constexpr bool is_encrypted = std::is_same_v<Stream, tls_stream>;

  beast::tcp_stream& tcp_layer() { return beast::get_lowest_layer(stream_); }

  Stream stream_;
};

}  // namespace

std::unique_ptr<server_stream> make_server_stream(asio::ip::tcp::socket socket, asio::ssl::context* tls) {
  plain_stream plain{std::move(socket)};
  if (tls == nullptr) return std::make_unique<stream_of<plain_stream>>(std::move(plain));
  return std::make_unique<stream_of<tls_stream>>(tls_stream{std::move(plain), *tls});
}

}  // namespace holdfast::net
