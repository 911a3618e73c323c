#include "gateway/gateway_test_support.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include <arpa/inet.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "net/http_text.hpp"
#include "net/response_scanner.hpp"

#ifdef __SANITIZE_ADDRESS__
// Freed memory that the sanitizer keeps back would count as ours where tests look at memory.
extern "C" char const* __asan_default_options() { return "quarantine_size_mb=8"; }  // NOLINT: the sanitizer's name
#endif

namespace holdfast::gateway {
namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

}  // namespace

raw_connection::raw_connection(int descriptor) : descriptor_{descriptor} {
  timeval const patience{.tv_sec = 10, .tv_usec = 0};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  int const on = 1;
  ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

raw_connection raw_connection::to(std::uint16_t port, int receive_buffer_bytes) {
  auto const descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (receive_buffer_bytes > 0) {
    ::setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof receive_buffer_bytes);
  }
  auto const address = loopback(port);
  if (::connect(descriptor, reinterpret_cast<sockaddr const*>(&address), sizeof address) != 0) {
    ::close(descriptor);
    return raw_connection{-1};
  }
  return raw_connection{descriptor};
}

bool raw_connection::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    auto const sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::string raw_connection::receive_some() const {
  std::string bytes(std::size_t{64} * 1024, '\0');
  auto const got = ::recv(descriptor_, bytes.data(), bytes.size(), 0);
  bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return bytes;
}

std::string raw_connection::receive_until(std::string_view text) const {
  std::string all;
  while (text.empty() || all.find(text) == std::string::npos) {
    auto const more = receive_some();
    if (more.empty()) break;
    all += more;
  }
  return all;
}

void raw_connection::end_sending() const { ::shutdown(descriptor_, SHUT_WR); }

void raw_connection::close() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

raw_answer read_answer(raw_connection const& from, bool is_head) {
  net::response_scanner scanner{{.kept_body_bytes = std::size_t{8} << 20U}};
  scanner.start(is_head ? net::body_rule::never : net::body_rule::by_headers, net::retain::fields_and_body);
  // A byte at a time up to the end of the head, so that nothing of a following answer is taken.
  auto const is_done = [&] {
    return scanner.state() == net::scan_state::complete || scanner.state() == net::scan_state::malformed;
  };
  while (!is_done()) {
    char byte = 0;
    if (::recv(from.descriptor(), &byte, 1, 0) != 1) {
      if (!scanner.finish()) return {};
      break;
    }
    scanner.feed({&byte, 1});
  }
  if (scanner.state() != net::scan_state::complete) return {};
  raw_answer answer{.status = scanner.head().status, .head = "\r\n", .body = std::string{scanner.body()}};
  for (auto const& field : scanner.fields()) {
    std::string name{field.name};
    std::ranges::transform(name, name.begin(), net::ascii_lower);
    answer.head.append(name).append(": ").append(field.value).append("\r\n");
  }
  return answer;
}

raw_answer ask(std::uint16_t port, std::string_view request) {
  auto const connection = raw_connection::to(port);
  connection.send(request);
  return read_answer(connection, request.starts_with("HEAD "));
}

std::string get(std::string_view target, std::string_view more) {
  return "GET " + std::string{target} + " HTTP/1.1\r\nHost: shop:8088\r\n" + std::string{more} + "\r\n";
}

raw_backend::raw_backend(script what) : script_{std::move(what)} {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto address = loopback(0);
  if (::bind(listener_, reinterpret_cast<sockaddr const*>(&address), sizeof address) != 0 ||
      ::listen(listener_, 128) != 0) {
    throw std::runtime_error{"no port for a test's backend"};
  }
  socklen_t size = sizeof address;
  ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread{[this] {
    for (;;) {
      auto const descriptor = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (descriptor < 0) return;
      ++connections_;
      std::lock_guard const lock{guard_};
      open_.push_back(descriptor);
      threads_.emplace_back([this, descriptor] {
        raw_connection connection{::dup(descriptor)};
        script_(connection);
        connection.close();
        std::lock_guard const done{guard_};
        std::erase(open_, descriptor);
        ::close(descriptor);
      });
    }
  }};
}

void raw_backend::stop_listening() { ::shutdown(listener_, SHUT_RDWR); }

raw_backend::~raw_backend() {
  stop_listening();
  acceptor_.join();
  ::close(listener_);
  {
    std::lock_guard const lock{guard_};
    for (int const descriptor : open_) ::shutdown(descriptor, SHUT_RDWR);
  }
  for (auto& each : threads_) each.join();
}

running_gateway::running_gateway(environment const& given) {
  environment all{{"PORT", "0"},
                  {"INSTANCE", "gw-1"},
                  {"LOG_LEVEL", "off"},
                  {"DRAIN_GRACE_MS", "5000"},
                  {"CONNECT_TIMEOUT_MS", "2000"}};
  for (auto const& [name, is] : given) all[name] = is;
  auto told = read_settings([&all](std::string const& name) -> std::optional<std::string> {
    auto const found = all.find(name);
    return found == all.end() ? std::nullopt : std::optional{found->second};
  });
  if (!told) throw std::runtime_error{to_string(told.error())};
  gateway_ = std::make_unique<gateway>(context_, std::move(*told));
  boost::asio::co_spawn(context_, gateway_->run(), [this](std::exception_ptr const&, int) { has_ended_ = true; });
  context_.poll();
  port_ = gateway_->port();
  thread_ = std::thread{[this] { context_.run(); }};
}

running_gateway::~running_gateway() {
  stop();
  thread_.join();
}

void running_gateway::stop() {
  boost::asio::post(context_, [this] { gateway_->stop(); });
}

double running_gateway::metric(std::string_view line_begin) const {
  auto const text = ask(port_, get("/metrics")).body;
  auto const at = text.find("\n" + std::string{line_begin});
  return at == std::string::npos ? -1 : std::strtod(text.c_str() + at + 1 + line_begin.size(), nullptr);
}

std::string all_to(std::uint16_t port) { return "/**=http://127.0.0.1:" + std::to_string(port); }

bool eventually(std::function<bool()> const& holds) {
  constexpr int tries = 10'000;
  for (int i = 0; i < tries; ++i) {
    if (holds()) return true;
    ::poll(nullptr, 0, 1);
  }
  return false;
}

void rest_a_while() { ::poll(nullptr, 0, 20); }

}  // namespace holdfast::gateway
