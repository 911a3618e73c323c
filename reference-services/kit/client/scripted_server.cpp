#include "kit/client/scripted_server.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace holdfast::kit {
namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int listen_on(std::uint16_t port, int backlog) {
  auto const fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int const on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  auto const address = loopback(port);
  if (::bind(fd, reinterpret_cast<sockaddr const*>(&address), sizeof address) != 0) throw std::runtime_error{"bind"};
  if (backlog > 0) ::listen(fd, backlog);
  return fd;
}

std::uint16_t port_of(int fd) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

bool read_more(int fd, std::string& into) {
  std::array<char, 16384> bytes{};
  auto const got = ::recv(fd, bytes.data(), bytes.size(), 0);
  if (got > 0) into.append(bytes.data(), static_cast<std::size_t>(got));
  return got > 0;
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 32) : c; });
  return text;
}

/// One request from the front of what came; false at the end of the connection.
bool read_request(int fd, std::string& pending, scripted_exchange& into) {
  auto end = pending.find("\r\n\r\n");
  for (; end == std::string::npos; end = pending.find("\r\n\r\n")) {
    if (!read_more(fd, pending)) return false;
  }
  into.head = pending.substr(0, end + 4);
  pending.erase(0, end + 4);
  auto const head = lower(into.head);
  if (head.find("transfer-encoding: chunked") != std::string::npos) {
    for (end = pending.find("0\r\n\r\n"); end == std::string::npos; end = pending.find("0\r\n\r\n")) {
      if (!read_more(fd, pending)) return false;
    }
    into.body = pending.substr(0, end + 5);
    pending.erase(0, end + 5);
    return true;
  }
  auto const field = head.find("content-length:");
  auto const length = field == std::string::npos ? 0 : std::strtoull(head.c_str() + field + 15, nullptr, 10);
  while (pending.size() < length) {
    if (!read_more(fd, pending)) return false;
  }
  into.body = pending.substr(0, length);
  pending.erase(0, length);
  return true;
}

}  // namespace

bool scripted_exchange::write(std::string_view bytes) {
  while (!bytes.empty()) {
    auto const sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void scripted_exchange::answer(unsigned status, std::string_view text, std::string_view fields) {
  write("HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Length: " + std::to_string(text.size()) + "\r\n" +
        std::string{fields} + "\r\n" + std::string{text});
}

void scripted_exchange::wait_until_peer_closes() {
  std::string dropped;
  while (read_more(fd_, dropped)) dropped.clear();
  is_closed_ = true;
}

scripted_server::scripted_server(script what, std::uint16_t port)
    : script_{std::move(what)}, listener_{listen_on(port, 128)}, port_{port_of(listener_)} {
  acceptor_ = std::thread{[this] { accept_all(); }};
}

scripted_server::~scripted_server() { stop(); }

void scripted_server::stop() {
  if (std::exchange(stopped_, true)) return;
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  ::close(listener_);
  {
    std::lock_guard const lock{guard_};
    for (int const fd : open_) ::shutdown(fd, SHUT_RDWR);
  }
  for (auto& each : threads_) each.join();
}

void scripted_server::accept_all() {
  for (;;) {
    auto const fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    std::lock_guard const lock{guard_};
    open_.push_back(fd);
    threads_.emplace_back([this, fd, number = connections_++] { serve(fd, number); });
  }
}

void scripted_server::serve(int fd, int number) {
  std::string pending;
  for (int request = 0;; ++request) {
    scripted_exchange now{fd, number, request};
    if (!read_request(fd, pending, now)) break;
    ++requests_;
    script_(now);
    if (now.is_closed()) break;
  }
  std::lock_guard const lock{guard_};
  std::erase(open_, fd);
  ::close(fd);
}

std::uint16_t unused_port() {
  auto const fd = listen_on(0, 0);
  auto const port = port_of(fd);
  ::close(fd);
  return port;
}

}  // namespace holdfast::kit
