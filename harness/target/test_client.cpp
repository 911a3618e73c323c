#include "target/test_client.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

namespace holdfast::target {
namespace {

int connect_tcp(listen_address const& at) {
  if (at.is_ipv6()) {
    sockaddr_in6 to{};
    to.sin6_family = AF_INET6;
    to.sin6_port = htons(at.port);
    ::inet_pton(AF_INET6, at.host.c_str(), &to.sin6_addr);
    int const fd = ::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0) return fd;
    ::close(fd);
    return -1;
  }
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(at.port);
  ::inet_pton(AF_INET, at.host.c_str(), &to.sin_addr);
  int const fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0) return fd;
  ::close(fd);
  return -1;
}

int connect_unix(std::string const& path) {
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  std::memcpy(to.sun_path, path.c_str(), path.size() + 1);
  int const fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0) return fd;
  ::close(fd);
  return -1;
}

std::size_t content_length(std::string_view head) {
  constexpr std::string_view name = "Content-Length: ";
  auto const at = head.find(name);
  if (at == std::string_view::npos) return 0;
  return static_cast<std::size_t>(std::strtoull(head.data() + at + name.size(), nullptr, 10));
}

}  // namespace

test_client::test_client(listen_address const& at)
    : fd_{at.is_unix() ? connect_unix(at.unix_path) : connect_tcp(at)}, connected_{fd_ >= 0} {}

test_client::~test_client() {
  if (fd_ >= 0) ::close(fd_);
}

void test_client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    auto const sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void test_client::finish_sending() { ::shutdown(fd_, SHUT_WR); }

void test_client::set_timeout(nanoseconds timeout) {
  auto const us = timeout / std::chrono::microseconds{1};
  timeval const limit{.tv_sec = us / 1'000'000, .tv_usec = us % 1'000'000};
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
}

read_result test_client::read(std::size_t limit, nanoseconds timeout) {
  set_timeout(timeout);
  read_result got;
  std::array<char, 64 * 1024> buffer{};
  while (got.bytes.size() < limit) {
    auto const n = ::recv(fd_, buffer.data(), std::min(buffer.size(), limit - got.bytes.size()), 0);
    if (n == 0) got.end = read_end::closed;
    if (n < 0) got.end = errno == EAGAIN ? read_end::timed_out : read_end::reset;
    if (n <= 0) return got;
    got.bytes.append(buffer.data(), static_cast<std::size_t>(n));
  }
  return got;
}

std::string test_client::answer() {
  std::string text;
  auto const is_ended = [&] { return text.ends_with("\r\n\r\n"); };
  while (!is_ended()) {
    auto const more = read(1);
    text += more.bytes;
    if (more.end != read_end::limit) return text;
  }
  return text + read(content_length(text)).bytes;
}

}  // namespace holdfast::target
