#include "cluster/proxy/probe_connection.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <vector>

#include <poll.h>
#include <sys/socket.h>

namespace holdfast::cluster {
namespace {

probe_end end_of(boost::system::error_code ec) {
  if (ec == boost::system::errc::connection_refused) return probe_end::refused;
  if (ec == boost::system::errc::timed_out) return probe_end::silent;
  return ec == boost::system::errc::connection_reset ? probe_end::reset : probe_end::unconnected;
}

}  // namespace

probe_connection::probe_connection(ipv4_endpoint const& to, std::uint32_t from, nanoseconds patience)
    : patience_{patience}, deadline_{clock_seam::now() + patience} {
  auto started = start_connect(to, from);
  if (!started) {
    state_ = end_of(started.error());
    return;
  }
  socket_ = std::move(*started);
  if (!wait(POLLOUT)) return;
  auto const ec = pending_error(socket_.get());
  state_ = ec ? end_of(ec) : probe_end::answered;
}

/// False at the deadline, which makes it silent.
bool probe_connection::wait(short events) {
  while (true) {
    auto const left = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - clock_seam::now()).count();
    pollfd wanted{socket_.get(), events, 0};
    auto const ready = left > 0 ? ::poll(&wanted, 1, static_cast<int>(left)) : 0;
    if (ready > 0) return true;
    if (ready < 0 && errno == EINTR) continue;
    state_ = probe_end::silent;
    return false;
  }
}

bool probe_connection::send(std::string_view bytes) {
  while (!bytes.empty()) {
    auto const sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN) {
      if (!wait(POLLOUT)) return false;
    } else if (errno != EINTR) {
      state_ = probe_end::reset;
      return false;
    }
  }
  return true;
}

/// 0: the stream has ended, or nothing came in time; state() tells which.
std::size_t probe_connection::receive(std::span<char> into) {
  while (wait(POLLIN)) {
    auto const got = ::recv(socket_.get(), into.data(), into.size(), 0);
    if (got > 0) return static_cast<std::size_t>(got);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    state_ = got == 0 ? probe_end::finished : probe_end::reset;
    return 0;
  }
  return 0;
}

probe_end probe_connection::echo(nanoseconds& took) {
  begin_step();
  auto const start = clock_seam::now();
  if (!send("E\n")) return state_;
  std::array<char, 2> answer;
  for (std::size_t size = 0; size < answer.size();) {
    auto const got = receive(std::span{answer}.subspan(size));
    if (got == 0) return state_;
    size += got;
  }
  took = clock_seam::now() - start;
  return state_ = probe_end::answered;
}

probe_transfer probe_connection::give(std::uint64_t bytes) {
  begin_step();
  auto const start = clock_seam::now();
  probe_transfer done;
  std::vector<char> buffer(64UL * 1024);
  if (send("G" + std::to_string(bytes) + "\n")) {
    state_ = probe_end::answered;
    while (done.bytes < bytes) {
      auto const got = receive(buffer);
      if (got == 0) break;
      done.bytes += got;
      ++done.reads;
    }
  }
  done.took = clock_seam::now() - start;
  done.end = state_;
  return done;
}

probe_transfer probe_connection::take(std::uint64_t bytes) {
  begin_step();
  auto const start = clock_seam::now();
  std::string const block(64UL * 1024, 't');
  auto const line = "T" + std::to_string(bytes) + "\n";
  auto is_sending = send(line);
  for (auto left = bytes; is_sending && left > 0;) {
    auto const n = std::min<std::uint64_t>(left, block.size());
    is_sending = send(std::string_view{block}.substr(0, n));
    left -= n;
  }
  probe_transfer done;
  std::string answer;
  std::array<char, 32> buffer;
  while (state_ != probe_end::silent && answer.find('\n') == std::string::npos && answer.size() < buffer.size()) {
    auto const got = receive(buffer);
    if (got == 0) break;
    answer.append(buffer.data(), got);
    ++done.reads;
  }
  done.took = clock_seam::now() - start;
  if (answer.starts_with('t') && answer.ends_with('\n')) {
    std::from_chars(answer.data() + 1, answer.data() + answer.size(), done.bytes);
    state_ = done.bytes == bytes + line.size() ? probe_end::answered : probe_end::finished;
  }
  done.end = state_;
  return done;
}

std::optional<nanoseconds> probe_connection::close() {
  begin_step();
  auto const start = clock_seam::now();
  ::shutdown(socket_.get(), SHUT_WR);
  std::array<char, 256> buffer;
  while (receive(buffer) > 0) {
  }
  if (state_ != probe_end::finished) return std::nullopt;
  return clock_seam::now() - start;
}

}  // namespace holdfast::cluster
