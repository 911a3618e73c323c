#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "cluster/proxy/fault_evidence.hpp"
#include "cluster/proxy/socket.hpp"
#include "core/clock.hpp"

namespace holdfast::cluster {

/// A blocking connection to a probe_responder, with one deadline for each step. Every step says how it ended; after one
/// that was not answered the connection is of no more use.
class probe_connection {
 public:
  probe_connection(ipv4_endpoint const& to, std::uint32_t from, nanoseconds patience);

  probe_end state() const { return state_; }  ///< of the connect, then of the last step
  probe_end echo(nanoseconds& took);
  probe_transfer give(std::uint64_t bytes);
  probe_transfer take(std::uint64_t bytes);
  std::optional<nanoseconds> close();

 private:
  bool send(std::string_view bytes);
  std::size_t receive(std::span<char> into);
  bool wait(short events);
  void begin_step() { deadline_ = clock_seam::now() + patience_; }

  unique_descriptor socket_;
  nanoseconds patience_;
  time_point deadline_;
  probe_end state_ = probe_end::none;
};

}  // namespace holdfast::cluster
