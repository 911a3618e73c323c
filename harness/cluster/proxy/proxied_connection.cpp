#include "cluster/proxy/proxied_connection.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "cluster/proxy/proxied_service.hpp"

namespace holdfast::cluster {
namespace {

// What one connection may do before others have their turn.
constexpr unsigned most_turns = 8;
constexpr std::uint32_t watched = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLPRI;

ssize_t receive(int descriptor, std::span<char> into) {
  ssize_t got = 0;
  do {
    got = ::recv(descriptor, into.data(), into.size(), 0);
  } while (got < 0 && errno == EINTR);
  return got;
}

}  // namespace

proxied_connection::proxied_connection(connection_environment& environment, std::shared_ptr<proxied_service> service,
                                       unique_descriptor client_socket, ipv4_endpoint client)
    : environment_{environment}, service_{std::move(service)}, client_at_{client}, start_{environment.loop.now()} {
  client_.owner = pod_.owner = this;
  client_.socket = std::move(client_socket);
}

proxied_connection::~proxied_connection() {
  for (auto& f : flows_) f.waiting.clear(environment_.blocks);
}

void proxied_connection::connect(chosen_endpoint const& to, std::span<active_fault const> faults,
                                 std::uint64_t number) {
  to_ = to;
  number_ = number;
  // The pod sees the client's address, as behind a real Service. 127.0.0.1 is what it gets anyway.
  auto const is_own =
      (client_at_.address >> IN_CLASSA_NSHIFT) == IN_LOOPBACKNET && client_at_.address != INADDR_LOOPBACK;
  auto const source = is_own ? client_at_.address : 0;
  auto started = start_connect(to.at, source);
  if (!started) {
    auto const is_refused = started.error() == boost::system::errc::connection_refused;
    return abort(is_out_of_descriptors(started.error()) ? connection_end::out_of_descriptors
                 : is_refused                           ? connection_end::refused
                                                        : connection_end::connect_failed);
  }
  pod_.socket = std::move(*started);
  auto& loop = environment_.loop;
  if (loop.watch(client_.socket.get(), client_, watched) || loop.watch(pod_.socket.get(), pod_, watched)) {
    return abort(connection_end::out_of_descriptors);
  }
  for (auto const d : {to_pod, to_client}) add_faults(d, faults);
}

void proxied_connection::on_events(peer& at, std::uint32_t events) {
  if (events == 0) at.is_in_turn = false;
  if (is_closed_) return;
  // A reset looks like an end as well, and is an error besides.
  if ((events & EPOLLRDHUP) != 0 && (events & EPOLLERR) == 0) at.has_finished = true;
  if ((events & EPOLLPRI) != 0) at.has_urgent = true;
  if ((events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) at.is_readable = true;
  if (!is_connected_) {
    if (&at == &pod_) return on_connected(events);
    if ((events & EPOLLERR) != 0) abort(connection_end::reset_by_client);
    return;
  }
  auto const from = &at == &client_ ? to_pod : to_client;
  pump(from);
  if (!is_closed_ && (events & EPOLLOUT) != 0 && !flows_[opposite(from)].waiting.empty()) flush(opposite(from));
  // A reset shows even while nobody reads.
  if (!is_closed_ && (events & EPOLLERR) != 0) abort_as_reset_by(at);
}

void proxied_connection::on_connected(std::uint32_t events) {
  if ((events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) == 0) return;
  auto const failed =
      (events & (EPOLLERR | EPOLLHUP)) != 0 ? pending_error(pod_.socket.get()) : boost::system::error_code{};
  if (failed == boost::system::errc::connection_reset || failed == boost::system::errc::broken_pipe) {
    // It was accepted and reset at once, perhaps after some bytes. That is told only once.
    is_connected_ = pod_.is_broken = pod_.has_finished = true;
    return pump(to_client);
  }
  if (failed) {
    auto const is_refused = failed == boost::system::errc::connection_refused;
    return abort(is_refused ? connection_end::refused : connection_end::connect_failed);
  }
  is_connected_ = true;
  pump(to_pod);
  if (!is_closed_ && pod_.is_readable) pump(to_client);
}

void proxied_connection::pump(direction d) {
  auto& f = flows_[d];
  if (f.state == flow_state::dropping) return drop_input(d);
  if (f.faults) return pump_with_faults(d);
  auto& from = sender(d);
  for (unsigned turn = 0; from.is_readable && f.state == flow_state::open && f.waiting.empty(); ++turn) {
    if (turn == most_turns) return yield(from);
    auto const got = receive(from.socket.get(), environment_.scratch);
    if (got == 0) return on_sender_end(d);
    if (got < 0) {
      if (errno != EAGAIN) return abort_as_reset_by(from);
      from.is_readable = false;
      return;
    }
    auto const size = static_cast<std::size_t>(got);
    // Nothing more is there, and when something comes there will be an event: see event_loop.
    auto const is_drained = size < environment_.scratch.size() && !from.has_urgent;
    if (is_drained) from.is_readable = false;
    auto const is_last = is_drained && from.has_finished;
    // The last bytes and the FIN travel in one segment; a reset would not push them.
    if (!pass_on(d, {environment_.scratch.data(), size}, is_last && !from.is_broken ? MSG_MORE : 0)) return;
    if (is_last) return on_sender_end(d);
  }
}

void proxied_connection::yield(peer& to_read) {
  if (std::exchange(to_read.is_in_turn, true)) return;
  environment_.loop.again(to_read);
}

/// @return false when the receiver does not take anything any more
bool proxied_connection::pass_on(direction d, std::span<char const> bytes, int flags) {
  ssize_t sent = 0;
  do {
    sent = ::send(receiver(d).socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | flags);
  } while (sent < 0 && errno == EINTR);
  if (sent < 0) {
    if (errno != EAGAIN) {
      on_receiver_broken(d);
      return false;
    }
    sent = 0;
  }
  auto& f = flows_[d];
  f.bytes += static_cast<std::uint64_t>(sent);
  if (static_cast<std::size_t>(sent) < bytes.size()) hold(f, bytes.subspan(static_cast<std::size_t>(sent)));
  return true;
}

void proxied_connection::hold(flow& f, std::span<char const> bytes) {
  f.waiting.append(bytes, environment_.blocks);
  auto& usage = environment_.usage;
  usage.held_bytes += bytes.size();
  usage.most_held_bytes = std::max(usage.most_held_bytes, usage.held_bytes);
}

void proxied_connection::on_sender_end(direction d) {
  auto& f = flows_[d];
  f.sender_ended = true;
  sender(d).is_readable = false;
  if (sender(d).is_broken) return abort_as_reset_by(sender(d));
  if (!first_end_) first_end_ = d == to_pod ? connection_end::by_client : connection_end::by_pod;
  f.state = flow_state::ending;
  pass_end(d);
}

/// The receiver reset the connection. What it had sent before is still there to be read, and the other side gets it
/// first.
void proxied_connection::on_receiver_broken(direction d) {
  auto& broken = receiver(d);
  broken.is_broken = broken.has_finished = true;
  flows_[d].state = flow_state::ended;
  auto const back = opposite(d);
  if (flows_[back].state != flow_state::open) return abort_as_reset_by(broken);
  broken.is_readable = true;
  pump(back);
}

void proxied_connection::pass_end(direction d) {
  auto& f = flows_[d];
  if (f.state != flow_state::ending || !f.waiting.empty()) return;
  if (f.end == flow_end::reset) {
    if (must_wait_before_reset(d)) return;
    ended_by_fault_ = f.cut_by;
    return abort(connection_end::by_fault);
  }
  f.state = f.sender_ended ? flow_state::ended : flow_state::dropping;
  if (f.cut_by && !first_end_) {
    first_end_ = connection_end::by_fault;
    ended_by_fault_ = f.cut_by;
  }
  auto const other = flows_[opposite(d)].state;
  if (other == flow_state::ended || other == flow_state::dropping)
    return close(first_end_.value_or(connection_end::by_proxy));
  ::shutdown(receiver(d).socket.get(), SHUT_WR);
  if (f.state == flow_state::dropping) drop_input(d);
}

/// Nobody gets it any more, but its sender must not be stopped by a full buffer.
void proxied_connection::drop_input(direction d) {
  auto& from = sender(d);
  for (unsigned turn = 0; from.is_readable; ++turn) {
    if (turn == most_turns) return yield(from);
    auto const got = receive(from.socket.get(), environment_.scratch);
    if (got > 0) continue;
    if (got < 0 && errno != EAGAIN) return abort_as_reset_by(from);
    from.is_readable = false;
    if (got == 0) {
      flows_[d].sender_ended = true;
      flows_[d].state = flow_state::ended;
    }
  }
}

void proxied_connection::flush(direction d) {
  if (!send_waiting(d)) return;
  auto& f = flows_[d];
  if (f.state == flow_state::ending) return pass_end(d);
  if (f.waiting.empty() || f.faults) pump(d);
}

/// @return false when the connection is closed, or the receiver takes nothing any more
bool proxied_connection::send_waiting(direction d) {
  auto& f = flows_[d];
  while (!f.waiting.empty()) {
    std::array<iovec, 16> pieces;
    auto const used = f.waiting.front(pieces, f.faults ? f.faults->released : f.waiting.size());
    if (used == 0) return true;
    msghdr message{};
    message.msg_iov = pieces.data();
    message.msg_iovlen = used;
    auto const sent = ::sendmsg(receiver(d).socket.get(), &message, MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN) return true;
      on_receiver_broken(d);
      return false;
    }
    auto const size = static_cast<std::size_t>(sent);
    f.waiting.remove_front(size, environment_.blocks);
    f.bytes += size;
    environment_.usage.held_bytes -= size;
    if (f.faults) f.faults->released -= size;
  }
  return true;
}

void proxied_connection::abort_as_reset_by(peer const& by) {
  abort(&by == &client_ ? connection_end::reset_by_client : connection_end::reset_by_pod);
}

void proxied_connection::abort(connection_end how) {
  if (is_closed_) return;
  client_.socket.reset();
  pod_.socket.reset();
  close(how);
}

void proxied_connection::close(connection_end how) {
  if (std::exchange(is_closed_, true)) return;
  client_.socket.close();
  pod_.socket.close();
  for (auto* const p : {&client_, &pod_}) {
    if (p->is_in_turn) environment_.loop.forget(*p);
  }
  for (auto& f : flows_) {
    if (f.faults) f.faults->timer.cancel();
    environment_.usage.held_bytes -= f.waiting.size();
    f.waiting.clear(environment_.blocks);
  }
  environment_.on_closed(*this, {.service = service_->name(),
                                 .client = client_at_,
                                 .pod = to_.pod,
                                 .to = to_.at,
                                 .start = start_,
                                 .end = environment_.loop.now(),
                                 .bytes_to_pod = flows_[to_pod].bytes,
                                 .bytes_to_client = flows_[to_client].bytes,
                                 .how = how,
                                 .fault = how == connection_end::by_fault && ended_by_fault_ ? *ended_by_fault_ : ""});
}

}  // namespace holdfast::cluster
