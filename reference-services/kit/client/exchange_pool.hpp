#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include "core/clock.hpp"
#include "kit/client/address_lookup.hpp"
#include "net/origin.hpp"

namespace holdfast::kit {

struct exchange_times {
  nanoseconds first{};          ///< from the start to the answer; to the connection only when `after_connect` is set
  nanoseconds after_connect{};  ///< from the connection to the answer; zero: `first` counts for both
};

struct exchange_outcome {
  enum class kind : std::uint8_t { answered, failed, timed_out, cancelled } is = kind::failed;
  unsigned status = 0;
  std::string body;
  std::string detail;     ///< why not
  bool was_sent = false;  ///< the callee may have seen it
};

enum class repetition : std::uint8_t { is_safe, is_unsafe };

/// Connections to one origin, kept and used again, the last used first. One timer for all exchanges: it is set again
/// when it fires, not for each of them. A request on a kept connection that the peer closes before any byte of an
/// answer goes out once more on a new connection if that is safe: the peer may just have given up an idle connection.
class exchange_pool {
 public:
  static constexpr std::size_t largest_answer = 1024 * 1024;  ///< longer ones are failures

  /// @throws std::invalid_argument  the executor is not that of an io_context
  exchange_pool(boost::asio::any_io_executor const& executor, net::origin to, exchange_times times,
                resolve_function resolve = net::resolve);
  /// Closes. The handlers of its closed sockets come when the context runs next (`restart()` and `poll()` if it has
  /// ended): memory is given back then.
  ~exchange_pool();
  exchange_pool(exchange_pool const&) = delete;
  exchange_pool& operator=(exchange_pool const&) = delete;

  /// @param bytes  head and body of the request
  boost::asio::awaitable<exchange_outcome> exchange(std::string bytes, bool is_head, repetition if_lost);
  std::size_t in_flight() const;
  std::size_t connections_opened() const;
  /// Ends what is in flight as cancelled and closes all connections. Later exchanges fail.
  void close();

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace holdfast::kit
