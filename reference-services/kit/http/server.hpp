#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "core/clock.hpp"
#include "core/result.hpp"
#include "kit/http/message.hpp"
#include "kit/http/router.hpp"

namespace holdfast::kit {

struct server_limits {
  std::size_t connections = 10'000;        ///< more are closed at accept with 503
  std::size_t header_bytes = 16 * 1024;    ///< beyond: 431
  std::size_t header_fields = 100;         ///< beyond: 431
  std::size_t body_bytes = 1024 * 1024;    ///< beyond: 413, before the body is read
  std::size_t concurrent_requests = 200;   ///< MAX_THREADS: further ones wait in order
  nanoseconds header_time{5'000'000'000};  ///< first to last byte of a head; beyond: 408
  nanoseconds body_time{30'000'000'000};   ///< of a body; beyond: 408
  nanoseconds idle_time{60'000'000'000};   ///< between requests; then closed without a word
  nanoseconds write_time{30'000'000'000};  ///< a client that does not read its answer is cut off
  nanoseconds linger_time{2'000'000'000};  ///< after a refusal the rest of the request is read over for so long
};

/// What is known of a request when its answer has been written (or could not be).
struct finished_request {
  request const* asked;  ///< null when the head could not be read
  unsigned status = 0;
  std::size_t body_bytes = 0;  ///< of the answer
  nanoseconds took{};          ///< from the last byte of the request's head to the answer handed to the kernel
};

/// All times are kept by one sweep over the connections, every 100 ms or a quarter of the shortest of them.
struct server_settings {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  ///< 0: any free one
  server_limits limits;
  std::vector<header> every_answer;  ///< X-Instance, X-Version
  /// What to answer with 400, 404, 405, 408, 413, 417, 431, 500, 501, 503, 505; without a request when its head could
  /// not be read. When there is none, or it throws: the status alone.
  std::function<response(request const*, unsigned)> error_page;
  std::function<void(request const&)> before_handler;        ///< costs that every request of a route has in addition
  std::function<void(finished_request const&)> on_finished;  ///< for log and metrics
  /// A handler threw (the client gets 500 and nothing of it). Also for unsendable answers, and for failures of a
  /// connection's own, then without a request.
  std::function<void(request const*, std::exception_ptr const&)> on_failure;
};

/// HTTP/1.1 server: one thread, coroutines, keep-alive. Use from its executor's thread only. Paths without a route are
/// answered with 404, methods with 405 and Allow, OPTIONS without a route of its own with 200 and Allow.
class http_server {
 public:
  /// Listens; accepting starts with run().
  /// @throws boost::system::system_error  when the address cannot be listened on; what() names it
  static std::unique_ptr<http_server> listen(boost::asio::any_io_executor executor, server_settings settings,
                                             router routes);
  /// Not before run() has returned.
  virtual ~http_server() = default;
  virtual std::uint16_t port() const = 0;
  /// Serves until drain() has finished.
  virtual boost::asio::awaitable<void> run() = 0;
  /// Goes on accepting for `delay` (so that balancers notice the readiness probe failing), answering with
  /// `Connection: close`; then stops accepting, closes idle connections, lets requests in flight end for `grace` at
  /// most. Ends when the last connection has. A second call may hurry a first one.
  virtual boost::asio::awaitable<void> drain(nanoseconds delay, nanoseconds grace) = 0;
  virtual std::size_t open_connections() const = 0;
  virtual std::size_t requests_in_flight() const = 0;
};

}  // namespace holdfast::kit
