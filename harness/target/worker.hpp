#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "core/random.hpp"
#include "net/precise_timer.hpp"
#include "net/tls_context.hpp"
#include "target/accept_loop.hpp"
#include "target/connection.hpp"
#include "target/listener.hpp"
#include "target/server_options.hpp"
#include "target/truth_log.hpp"

namespace holdfast::target {

class worker;

/// What the workers of a server share. Constant while they run, except for the counter.
struct server_state {
  server_options options;
  default_answer ordinary;
  time_point start;
  std::vector<std::unique_ptr<worker>> workers;
  std::atomic<std::uint64_t> requests{0};  // these two are counted only when there is a limit
  std::atomic<std::uint64_t> ended{0};
};

/// What a worker makes of a request.
struct reaction {
  std::string_view ready;    ///< when not empty: the whole answer, alive as long as the server; the connection stays
  answer steps;              ///< otherwise
  bool is_deferred = false;  ///< connection::give() will bring it
};

/// One thread of a server: its io_context, listeners, connections and truth. context() may be used from any thread; all
/// else, except construction, on the worker's own thread only.
class worker {
 public:
  /// @param tls  null for plain HTTP
  worker(server_state& server, unsigned index, std::vector<listener> listeners, std::unique_ptr<net::tls_context> tls);
  ~worker();
  worker(worker const&) = delete;
  worker& operator=(worker const&) = delete;

  /// Serves until stop() has been called on this thread.
  void run();
  void stop();

  boost::asio::io_context& context() { return context_; }
  server_options const& options() const { return server_.options; }
  default_answer const& ordinary() const { return server_.ordinary; }
  truth_log& truth() { return truth_; }
  net::tls_context* tls() { return tls_.get(); }
  time_point start_time() const { return server_.start; }

  // for connections
  reaction react(request const& head, path_match const& path, connection& from);
  bool is_delaying() const { return !server_.options.latency.is_immediate(); }
  void count_ended(std::uint64_t answers);
  time_point due(time_point arrival);
  void delay(connection& c, time_point due);
  void stop_delay(connection& c) { delays_.erase(c); }
  std::string& batch() { return batch_; }        ///< scratch for pipelined answers
  bool is_halted() const { return is_halted_; }  ///< the last request of the server has been taken

  // for accept loops
  connection& unused_connection();
  void start(connection& c);
  void release(connection& c) { unused_.push_back(&c); }

 private:
  void count_request();
  reaction react_ordinary(request const& head, connection& from);
  void collect_truth(request const& head, connection& from, bool resets);
  void arm_delays();
  void serve_delays();
  void sweep();

  server_state& server_;
  std::unique_ptr<net::tls_context> tls_;
  boost::asio::io_context context_;
  std::optional<net::precise_timer> delay_timer_;
  boost::asio::steady_timer sweep_timer_;
  delay_queue delays_;
  time_point armed_for_ = time_point::max();
  random_engine random_;
  truth_log truth_;
  std::string batch_;
  std::uint64_t ordinary_requests_ = 0;
  bool is_halted_ = false;
  bool is_stopping_ = false;
  std::vector<std::unique_ptr<connection>> connections_;
  std::vector<connection*> unused_;
  std::vector<std::unique_ptr<accept_loop>> accept_loops_;
};

}  // namespace holdfast::target
