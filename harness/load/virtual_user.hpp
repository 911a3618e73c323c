#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/clock.hpp"
#include "load/deadline_list.hpp"
#include "load/origin_table.hpp"
#include "load/recorder.hpp"
#include "load/user_script.hpp"
#include "net/client_connection.hpp"

namespace holdfast::load {

class virtual_user;

/// Connections that one user keeps open, to as many origins.
inline constexpr std::size_t most_open_connections = 16;

enum class after_sequence : std::uint8_t { go_on, wait, end };

/// What a user needs from its shard.
class user_host {
 public:
  virtual ~user_host() = default;
  virtual recorder& records() = 0;
  virtual origin_table const& origins() const = 0;
  /// Whether one more request may start now.
  virtual bool may_start_request() const = 0;
  /// A request starts: the first since begin(), or one that follows it.
  virtual void on_request_start(virtual_user& user, bool is_first) = 0;
  /// A sequence is over. To go on at once, the host sets the intended start; to go on later, it arranges the wake-up.
  virtual after_sequence on_sequence_end(virtual_user& user, time_point now) = 0;
  /// The user does nothing more until it is begun again.
  virtual void on_idle(virtual_user& user) = 0;
  virtual void wake_at(virtual_user& user, time_point when) = 0;
  /// A connection to the origin, or nullptr while its addresses are being looked up: the host calls resume() then.
  virtual std::unique_ptr<net::client_connection> connect(virtual_user& user, std::uint32_t origin) = 0;
  virtual deadline_list& response_limits() = 0;
  virtual deadline_list& connect_limits() = 0;
};

/// A limit of time that knows whom it concerns.
struct user_deadline : deadline_hook {
  explicit user_deadline(virtual_user& whose) : user{whose} {}
  virtual_user& user;
};

/// Carries out a script: one request at a time, on a connection of its own for each origin. Decides nothing: what comes
/// next is the script's word, whether it may start the host's. Used by its shard's thread only.
class virtual_user final : net::connection_events {
 public:
  virtual_user(user_host& host, std::uint64_t number, std::unique_ptr<user_script> script);
  virtual_user(virtual_user const&) = delete;
  virtual_user& operator=(virtual_user const&) = delete;
  ~virtual_user() override = default;

  /// Goes on with the script. `intended` is when its next request was meant to start.
  void begin(time_point intended, time_point now);
  /// The addresses that connect() had to wait for are there, or (`found` false) cannot be had.
  void resume(bool found, std::string_view detail, time_point now);
  /// The limit for the whole answer, or for the connection, ran out.
  void on_time_limit(time_point now);
  /// Gives up what is in flight; the request counts as unfinished.
  void cancel(time_point now);
  /// Closes the connections; the context has to be run dry before the user is destroyed.
  void close();

  /// Goes on at the time that wake_at() was asked for.
  void wake(time_point now) { advance(now); }
  void set_intended(time_point when) { intended_ = when; }
  void await_first_request() { awaits_first_ = true; }
  void forget_first_request() { awaits_first_ = false; }
  net::connection_events& events() { return *this; }
  bool in_request() const { return in_request_; }
  /// begin() was called, but no request has started since.
  bool awaits_first_request() const { return awaits_first_; }
  std::uint64_t number() const { return number_; }

 private:
  struct link {
    std::uint32_t origin;
    std::unique_ptr<net::client_connection> connection;
    std::uint64_t counted_received = 0;
    std::uint64_t counted_sent = 0;
    time_point used{};  ///< when its last attempt began
  };

  void on_connected(net::client_connection& on) override;
  void on_reconnecting(net::client_connection& on, time_point at) override;
  void on_answer(net::client_connection& on, net::response_scanner const& scanner, time_point at) override;
  void on_failure(net::client_connection& on, net::exchange_failure why, std::string_view detail,
                  time_point at) override;

  void advance(time_point now);
  void start_attempt(time_point now);
  void put_on_connection(net::client_connection& connection, time_point now);
  link* link_to(std::uint32_t origin);
  void make_room();
  void end_attempt();
  void count_traffic(std::uint64_t body_bytes);
  void fail(outcome reason, std::string_view detail, time_point at);
  void record_failure(outcome reason, std::uint16_t status, std::string_view detail, time_point at);

  user_host& host_;
  std::unique_ptr<user_script> script_;
  std::vector<link> links_;
  link* active_ = nullptr;  ///< where the attempt in flight is; nullptr while addresses are looked up
  attempt attempt_;
  user_deadline response_limit_;
  user_deadline connect_limit_;
  time_point intended_;
  request_times request_;
  time_point attempt_started_;
  std::uint64_t number_;
  bool awaits_first_ = false;
  bool in_request_ = false;
  bool in_attempt_ = false;
  bool connecting_ = false;
};

}  // namespace holdfast::load
