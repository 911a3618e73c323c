// What a proxied_connection does while faults act on it.
#include <algorithm>
#include <cerrno>

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "cluster/proxy/proxied_connection.hpp"

namespace holdfast::cluster {
namespace {

constexpr auto retry = std::chrono::milliseconds{10};
constexpr auto look_again = std::chrono::milliseconds{1};
// A reset throws away what the receiver has not acknowledged; so long it is waited for.
constexpr auto most_wait_before_reset = std::chrono::seconds{1};
constexpr unsigned most_turns = 8;

}  // namespace

void proxied_connection::set_faults(std::span<active_fault const> faults) {
  for (auto const d : {to_pod, to_client}) {
    if (!is_closed_) set_faults_of(d, faults);
  }
}

void proxied_connection::set_faults_of(direction d, std::span<active_fault const> faults) {
  auto& f = flows_[d];
  if (f.faults) {
    auto const now = clock_seam::now();
    auto const is_gone = [&](auto const& known) {
      return std::ranges::find(faults, known.first, &active_fault::id) == faults.end();
    };
    for (auto const& known : f.faults->names) {
      if (is_gone(known)) f.faults->chain.remove(known.first, now);
    }
    // An end on its way needs the name of the fault that made it.
    if (!f.faults->chain.is_cut()) std::erase_if(f.faults->names, is_gone);
  }
  add_faults(d, faults);
  if (!f.faults || !is_connected_) return;
  pump_with_faults(d);
  if (is_closed_ || !f.faults->chain.is_empty()) return;
  f.faults.reset();
  flush(d);
}

void proxied_connection::add_faults(direction d, std::span<active_fault const> faults) {
  auto& f = flows_[d];
  if (f.state != flow_state::open) return;
  auto const way = d == to_pod ? path_direction::to_pod : path_direction::to_client;
  for (auto const& fault : faults) {
    if (!fault.is_about(way) || (f.faults && f.faults->chain.has(fault.id))) continue;
    auto machine = fault.fault->start(random_engine{derived_seed(fault.seed, 2 * number_ + d)});
    if (!machine) continue;
    if (!f.faults) {
      f.faults = std::make_unique<faults_of_flow>(environment_.loop, [this, d] { pump_with_faults(d); });
      f.faults->released = f.waiting.size();
    }
    f.faults->chain.add(fault.id, std::move(machine));
    f.faults->names.emplace_back(fault.id, fault.name);
  }
}

void proxied_connection::pump_with_faults(direction d) {
  auto& f = flows_[d];
  for (unsigned turn = 0;; ++turn) {
    if (!receive_for_faults(d)) return;
    advance_faults(d);
    if (!send_waiting(d)) return;
    if (f.state == flow_state::ending) return pass_end(d);
    if (!may_receive_for_faults(d)) return;
    if (turn == most_turns) return yield(sender(d));
  }
}

bool proxied_connection::may_receive_for_faults(direction d) {
  auto const& f = flows_[d];
  if (!sender(d).is_readable || f.state != flow_state::open || f.sender_ended) return false;
  if (f.faults->chain.is_cut()) return false;  // the end that a fault made is on its way
  if (f.waiting.size() >= environment_.flow_limit) return false;
  if (environment_.usage.held_bytes < environment_.total_limit) return true;
  // Others hold too much, and do not tell when they have let go.
  if (!f.faults->timer.is_armed()) f.faults->timer.arm(clock_seam::now() + retry);
  return false;
}

/// @return false when the connection is closed
bool proxied_connection::receive_for_faults(direction d) {
  auto& f = flows_[d];
  auto& from = sender(d);
  auto& scratch = environment_.scratch;
  while (may_receive_for_faults(d)) {
    auto const most = std::min<std::size_t>(scratch.size(), environment_.flow_limit - f.waiting.size());
    auto const got = ::recv(from.socket.get(), scratch.data(), most, 0);
    if (got > 0) {
      hold(f, {scratch.data(), static_cast<std::size_t>(got)});
      f.faults->chain.on_bytes(static_cast<std::uint64_t>(got), clock_seam::now());
      if (static_cast<std::size_t>(got) < most && !from.has_finished && !from.has_urgent) from.is_readable = false;
    } else if (got == 0) {
      f.sender_ended = true;
      from.is_readable = false;
      if (from.is_broken) return abort_as_reset_by(from), false;
      if (!first_end_) first_end_ = d == to_pod ? connection_end::by_client : connection_end::by_pod;
      f.faults->chain.on_end(clock_seam::now());
    } else if (errno == EAGAIN) {
      from.is_readable = false;
    } else if (errno != EINTR) {
      return abort_as_reset_by(from), false;
    }
  }
  return true;
}

void proxied_connection::advance_faults(direction d) {
  auto& f = flows_[d];
  auto const progress = f.faults->chain.advance(clock_seam::now());
  f.faults->released += progress.forward;
  if (progress.end) {
    f.state = flow_state::ending;
    f.end = *progress.end;
    for (auto const& [id, name] : f.faults->names) {
      if (progress.ended_by == id) f.cut_by = name;
    }
    environment_.usage.held_bytes -= f.waiting.size() - f.faults->released;
    f.waiting.keep_front(f.faults->released, environment_.blocks);
  }
  if (progress.next) {
    f.faults->timer.arm(*progress.next);
  } else {
    f.faults->timer.cancel();
  }
}

/// Sent is not arrived: a reset would take back what the receiver's system has not acknowledged.
bool proxied_connection::must_wait_before_reset(direction d) {
  auto& f = flows_[d];
  int unacknowledged = 0;
  if (!f.faults || ::ioctl(receiver(d).socket.get(), SIOCOUTQ, &unacknowledged) != 0 || unacknowledged == 0)
    return false;
  auto const now = clock_seam::now();
  if (!reset_before_) reset_before_ = now + most_wait_before_reset;
  if (now >= *reset_before_) return false;
  f.faults->timer.arm(now + look_again);
  return true;
}

}  // namespace holdfast::cluster
