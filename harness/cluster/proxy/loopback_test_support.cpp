#include "cluster/proxy/loopback_test_support.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include "cluster/proxy/socket_address.hpp"

namespace holdfast::cluster {
namespace {

constexpr auto limit = std::chrono::seconds{5};

bool wait_for(int descriptor, short events, nanoseconds patience) {
  pollfd wanted{descriptor, events, 0};
  return ::poll(&wanted, 1, static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(patience).count())) == 1;
}

}  // namespace

test_connection::test_connection(unique_descriptor socket) : socket_{std::move(socket)} {}

test_connection connect_to(ipv4_endpoint const& at, std::uint32_t from, nanoseconds patience) {
  test_connection made;
  auto started = start_connect(at, from);
  if (!started) {
    made.error_ = started.error().value();
    return made;
  }
  if (!wait_for(started->get(), POLLOUT, patience)) {
    made.error_ = ETIMEDOUT;
    return made;
  }
  made.error_ = pending_error(started->get()).value();
  if (made.error_ == 0) made.socket_ = std::move(*started);
  return made;
}

void test_connection::send(std::string_view bytes) {
  while (!bytes.empty()) {
    auto const sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno != EAGAIN || !wait_for(socket_.get(), POLLOUT, limit)) {
      return;
    }
  }
}

std::size_t test_connection::send_some(std::size_t bytes) {
  std::string const block(bytes, 'x');
  auto const sent = ::send(socket_.get(), block.data(), block.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  return sent > 0 ? static_cast<std::size_t>(sent) : 0;
}

std::string test_connection::receive(std::size_t bytes) {
  std::string got(bytes, '\0');
  std::size_t size = 0;
  while (size < bytes && wait_for(socket_.get(), POLLIN, limit)) {
    auto const n = ::recv(socket_.get(), got.data() + size, bytes - size, 0);
    if (n <= 0) break;
    size += static_cast<std::size_t>(n);
  }
  got.resize(size);
  return got;
}

seen test_connection::next(nanoseconds patience) {
  if (!wait_for(socket_.get(), POLLIN, patience)) return seen::nothing;
  char byte = 0;
  auto const n = ::recv(socket_.get(), &byte, 1, MSG_PEEK);
  return n > 0 ? seen::bytes : n == 0 ? seen::end : seen::reset;
}

std::size_t test_connection::receive_all() {
  std::vector<char> buffer(256UL * 1024);
  std::size_t size = 0;
  while (wait_for(socket_.get(), POLLIN, limit)) {
    auto const n = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (n <= 0) break;
    size += static_cast<std::size_t>(n);
  }
  return size;
}

void test_connection::finish() { ::shutdown(socket_.get(), SHUT_WR); }

std::uint32_t test_connection::peer_address() const {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getpeername(socket_.get(), reinterpret_cast<sockaddr*>(&address), &size);
  return endpoint_of(address).address;
}

test_pod::test_pod(std::string name) : name_{std::move(name)} {
  auto opened = open_tcp_socket();
  auto const address = socket_address({loopback_address, 0});
  if (!opened || ::bind(opened->get(), reinterpret_cast<sockaddr const*>(&address), sizeof address) != 0 ||
      ::listen(opened->get(), 4096) != 0) {
    return;
  }
  socket_ = std::move(*opened);
  at_ = local_endpoint(socket_.get());
}

test_connection test_pod::accept(nanoseconds patience) {
  if (!wait_for(socket_.get(), POLLIN, patience)) return {};
  return test_connection{unique_descriptor{::accept4(socket_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)}};
}

void test_sink::on_connections(std::vector<connection_record> ended) {
  std::lock_guard const lock{mutex_};
  std::ranges::move(ended, std::back_inserter(records_));
  changed_.notify_all();
}

void test_sink::on_event(proxy_event event) {
  std::lock_guard const lock{mutex_};
  events_.push_back(std::move(event));
  changed_.notify_all();
}

std::vector<connection_record> test_sink::records(std::size_t count) {
  std::unique_lock lock{mutex_};
  changed_.wait_for(lock, limit, [&] { return records_.size() >= count; });
  return records_;
}

std::optional<proxy_event> test_sink::event(proxy_event::kind what) {
  std::unique_lock lock{mutex_};
  auto found = events_.end();
  changed_.wait_for(lock, limit, [&] {
    found = std::ranges::find(events_, what, &proxy_event::what);
    return found != events_.end();
  });
  return found == events_.end() ? std::nullopt : std::optional{*found};
}

}  // namespace holdfast::cluster
