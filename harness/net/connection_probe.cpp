#include "net/connection_probe.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/tls_session.hpp"

namespace holdfast::net {
namespace {

using outcome = result<void, std::string>;

class probe_socket {
 public:
  explicit probe_socket(int family) : fd_{::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)} {}
  ~probe_socket() {
    if (fd_ >= 0) ::close(fd_);
  }
  probe_socket(probe_socket const&) = delete;
  probe_socket& operator=(probe_socket const&) = delete;
  int fd() const { return fd_; }

  /// Whether the socket became ready for `events` before the deadline.
  bool wait(short events, time_point deadline) const {
    pollfd watched{.fd = fd_, .events = events, .revents = 0};
    auto const left = std::chrono::ceil<std::chrono::milliseconds>(deadline - clock_seam::now()).count();
    return ::poll(&watched, 1, static_cast<int>(std::clamp<std::int64_t>(left, 0, 3'600'000))) > 0;
  }

 private:
  int fd_;
};

outcome connect(probe_socket const& socket, stream_endpoint const& address, time_point deadline) {
  if (socket.fd() < 0) return std::string{std::strerror(errno)};
  auto const* const peer = static_cast<sockaddr const*>(static_cast<void const*>(address.data()));
  if (::connect(socket.fd(), peer, static_cast<socklen_t>(address.size())) == 0) return outcome{};
  if (errno != EINPROGRESS) return std::string{std::strerror(errno)};
  if (!socket.wait(POLLOUT, deadline)) return std::string{"no answer within the connect timeout"};
  int problem = 0;
  socklen_t size = sizeof problem;
  ::getsockopt(socket.fd(), SOL_SOCKET, SO_ERROR, &problem, &size);
  if (problem != 0) return std::string{std::strerror(problem)};
  return outcome{};
}

bool send_output(probe_socket const& socket, tls_session& session, time_point deadline) {
  while (!session.output().empty()) {
    auto const sent = ::send(socket.fd(), session.output().data(), session.output().size(), MSG_NOSIGNAL);
    if (sent > 0) {
      session.consume_output(static_cast<std::size_t>(sent));
    } else if (errno != EAGAIN || !socket.wait(POLLOUT, deadline)) {
      return false;
    }
  }
  return true;
}

outcome shake_hands(probe_socket const& socket, origin const& to, tls_context& tls, time_point deadline) {
  auto const session = tls_session::start(tls, to);
  std::array<char, 16 * 1024> buffer;
  for (;;) {
    auto const step = session->handshake_step();
    auto const could_send = send_output(socket, *session, deadline);
    if (step.state == tls_handshake::done) return outcome{};
    if (step.state == tls_handshake::failed) return step.problem;
    if (!could_send || !socket.wait(POLLIN, deadline))
      return std::string{"no TLS handshake within the connect timeout"};
    auto const got = ::recv(socket.fd(), buffer.data(), buffer.size(), 0);
    if (got == 0) return std::string{"the peer closed during the TLS handshake"};
    if (got < 0 && errno != EAGAIN) return std::string{std::strerror(errno)};
    if (got > 0) session->feed({buffer.data(), static_cast<std::size_t>(got)});
  }
}

}  // namespace

result<void, std::string> probe_connection(origin const& to, std::span<stream_endpoint const> addresses,
                                           tls_context* tls, nanoseconds limit) {
  auto const deadline = clock_seam::now() + limit;
  std::string problem = "no address";
  for (auto const& address : addresses) {
    probe_socket const socket{address.protocol().family()};
    auto reached = connect(socket, address, deadline);
    if (reached && to.scheme == url_scheme::https) reached = shake_hands(socket, to, *tls, deadline);
    if (reached) return reached;
    problem = to_string(address) + ": " + reached.error();
  }
  return problem;
}

}  // namespace holdfast::net
