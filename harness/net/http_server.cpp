#include "net/http_server.hpp"

#include <utility>

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "net/http_session.hpp"
#include "net/task_group.hpp"

namespace holdfast::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

/// After a want of descriptors: long enough not to spin, short enough not to be noticed.
constexpr std::chrono::milliseconds accept_pause{50};

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
    auto stream = make_server_stream(std::move(socket), tls_ ? &*tls_ : nullptr);
    co_await serve_http(std::move(stream), handler_, limits_);
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
