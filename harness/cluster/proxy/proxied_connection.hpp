#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "cluster/proxy/byte_queue.hpp"
#include "cluster/proxy/connection_record.hpp"
#include "cluster/proxy/event_loop.hpp"
#include "cluster/proxy/fault_chain.hpp"
#include "cluster/proxy/path_fault.hpp"
#include "cluster/proxy/proxy_usage.hpp"
#include "cluster/proxy/socket.hpp"

namespace holdfast::cluster {

class proxied_connection;
class proxied_service;

/// A fault that is switched on.
struct active_fault {
  fault_id id{};
  shared_name name;
  std::shared_ptr<path_fault const> fault;
  path_direction direction = path_direction::both;
  std::uint64_t seed = 0;

  bool is_about(path_direction one) const { return direction == path_direction::both || direction == one; }
};

/// What all connections of a proxy share. Outlives them.
struct connection_environment {
  explicit connection_environment(event_loop& used) : loop{used} {}
  virtual ~connection_environment() = default;
  event_loop& loop;
  std::vector<char> scratch = std::vector<char>(64UL * 1024);  ///< bytes are read to here before they are passed on
  std::uint64_t flow_limit = 0;   ///< bytes that a direction of a connection holds for a fault
  std::uint64_t total_limit = 0;  ///< bytes that all hold together
  block_pool blocks;
  proxy_usage usage;
  /// The connection is closed; destroy it when the round is over.
  virtual void on_closed(proxied_connection& connection, connection_record record) = 0;
};

/// A client's connection and the pod's behind it. As long as nothing is slow, bytes go from one socket to the other
/// through the shared scratch buffer, one receive and one send for each message. What a receiver does not take at once,
/// or a fault holds, waits in a byte_queue, and its sender is not read any further: bounded memory.
class proxied_connection {
 public:
  proxied_connection(connection_environment& environment, std::shared_ptr<proxied_service> service,
                     unique_descriptor client_socket, ipv4_endpoint client);
  ~proxied_connection();
  proxied_connection(proxied_connection const&) = delete;
  proxied_connection& operator=(proxied_connection const&) = delete;

  void connect(chosen_endpoint const& to, std::span<active_fault const> faults, std::uint64_t number);
  /// RST to the client (and to the pod).
  void abort(connection_end how);
  /// The faults of the Service have changed.
  void set_faults(std::span<active_fault const> faults);

  proxied_service const& service() const { return *service_; }
  std::uint64_t bytes_to_pod() const { return flows_[to_pod].bytes; }
  std::uint64_t bytes_to_client() const { return flows_[to_client].bytes; }
  std::size_t index = 0;  ///< place in the owner's list

 private:
  enum direction : std::uint8_t { to_pod, to_client };
  enum class flow_state : std::uint8_t {
    open,
    ending,    ///< the end is known, and follows the bytes that wait
    dropping,  ///< the receiver got its end from a fault; what comes is dropped until the sender's end
    ended,     ///< the end was passed on, nothing more can come
  };

  struct peer final : event_handler {
    void on_events(std::uint32_t events) override { owner->on_events(*this, events); }
    proxied_connection* owner = nullptr;
    unique_descriptor socket;
    bool is_readable = false;   // something may be there to be read
    bool has_finished = false;  // the kernel has the peer's FIN
    bool has_urgent = false;    // reads stop at urgent bytes: a short one proves nothing
    bool is_broken = false;     // writing to it failed: it was reset
    bool is_in_turn = false;    // the loop calls it again
  };

  struct faults_of_flow {
    faults_of_flow(event_loop& loop, std::function<void()> on_time) : timer{loop, std::move(on_time)} {}
    fault_chain chain;
    std::vector<std::pair<fault_id, shared_name>> names;
    loop_timer timer;
    std::uint64_t released = 0;  // of the bytes that wait: these may go
  };

  struct flow {
    byte_queue waiting;
    std::unique_ptr<faults_of_flow> faults;
    std::uint64_t bytes = 0;  // passed on
    flow_state state = flow_state::open;
    flow_end end = flow_end::finish;
    bool sender_ended = false;
    shared_name cut_by;  // the fault that made the end
  };

  peer& sender(direction d) { return d == to_pod ? client_ : pod_; }
  peer& receiver(direction d) { return d == to_pod ? pod_ : client_; }
  static direction opposite(direction d) { return d == to_pod ? to_client : to_pod; }

  void on_events(peer& at, std::uint32_t events);
  void on_connected(std::uint32_t events);
  void yield(peer& to_read);
  void abort_as_reset_by(peer const& by);
  // the straight way
  void pump(direction d);
  bool pass_on(direction d, std::span<char const> bytes, int flags);
  void on_sender_end(direction d);
  void on_receiver_broken(direction d);
  void pass_end(direction d);
  void drop_input(direction d);
  bool send_waiting(direction d);
  void flush(direction d);
  void hold(flow& f, std::span<char const> bytes);
  // the way with faults
  void pump_with_faults(direction d);
  bool receive_for_faults(direction d);
  void advance_faults(direction d);
  bool may_receive_for_faults(direction d);
  bool must_wait_before_reset(direction d);
  void set_faults_of(direction d, std::span<active_fault const> faults);
  void add_faults(direction d, std::span<active_fault const> faults);

  void close(connection_end how);

  connection_environment& environment_;
  std::shared_ptr<proxied_service> service_;
  peer client_;
  peer pod_;
  std::array<flow, 2> flows_;
  ipv4_endpoint client_at_;
  chosen_endpoint to_;
  time_point start_;
  std::uint64_t number_ = 0;
  std::optional<connection_end> first_end_;
  shared_name ended_by_fault_;
  std::optional<time_point> reset_before_;
  bool is_connected_ = false;
  bool is_closed_ = false;
};

}  // namespace holdfast::cluster
