#include "kit/testing/probe.hpp"

#include <array>
#include <charconv>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace holdfast::kit {

namespace {

std::string lower(std::string_view text) {
  std::string out{text};
  for (auto& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  }
  return out;
}

/// Status line and fields, up to the empty line.
probe_answer read_head(std::string_view head) {
  probe_answer answer;
  auto const status = head.substr(head.find(' ') + 1, 3);
  std::from_chars(status.data(), status.data() + status.size(), answer.status);
  auto at = head.find("\r\n");
  while (at != std::string_view::npos && at + 2 < head.size()) {
    auto const end = head.find("\r\n", at + 2);
    auto const line = head.substr(at + 2, end == std::string_view::npos ? end : end - at - 2);
    if (auto const colon = line.find(':'); colon != std::string_view::npos) {
      auto text = line.substr(colon + 1);
      while (text.starts_with(' ')) text.remove_prefix(1);
      answer.headers[lower(line.substr(0, colon))] = std::string{text};
    }
    at = end;
  }
  return answer;
}

}  // namespace

probe_connection::probe_connection(std::uint16_t port, std::string const& address) {
  descriptor_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  timeval const patience{.tv_sec = 10, .tv_usec = 0};
  setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  int const on = 1;
  setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  inet_pton(AF_INET, address.c_str(), &to.sin_addr);
  if (connect(descriptor_, reinterpret_cast<sockaddr const*>(&to), sizeof to) != 0) {
    close(descriptor_);
    descriptor_ = -1;
  }
}

probe_connection::~probe_connection() {
  if (descriptor_ >= 0) close(descriptor_);
}

bool probe_connection::send(std::string_view bytes) {
  while (!bytes.empty()) {
    auto const count = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

bool probe_connection::receive_more() {
  std::array<char, 65536> buffer;
  auto const count = recv(descriptor_, buffer.data(), buffer.size(), 0);
  if (count <= 0) return false;
  received_.append(buffer.data(), static_cast<std::size_t>(count));
  return true;
}

probe_answer probe_connection::receive(body_rule rule) {
  auto end = received_.find("\r\n\r\n");
  while (end == std::string::npos) {
    if (!receive_more()) return {};
    end = received_.find("\r\n\r\n");
  }
  auto answer = read_head(std::string_view{received_}.substr(0, end));
  received_.erase(0, end + 4);
  if (rule == body_rule::none || answer.status == 204 || answer.status == 304) return answer;
  std::size_t length = 0;
  auto const told = answer.header("content-length");
  std::from_chars(told.data(), told.data() + told.size(), length);
  while (received_.size() < length) {
    if (!receive_more()) return {};
  }
  answer.body = received_.substr(0, length);
  received_.erase(0, length);
  return answer;
}

bool probe_connection::is_closed_by_peer() {
  std::array<char, 1> byte;
  return received_.empty() && recv(descriptor_, byte.data(), byte.size(), 0) <= 0;
}

probe_answer ask(probe_connection& over, probe_request const& what) {
  auto text = what.method + " " + what.target + " HTTP/1.1\r\nHost: service:8080\r\n";
  for (auto const& [name, is] : what.headers) text += name + ": " + is + "\r\n";
  if (!what.body.empty()) {
    text += "Content-Length: " + std::to_string(what.body.size()) + "\r\n";
    if (!what.content_type.empty()) text += "Content-Type: " + what.content_type + "\r\n";
  }
  text += "\r\n" + what.body;
  over.send(text);
  return over.receive(what.method == "HEAD" ? probe_connection::body_rule::none : probe_connection::body_rule::as_told);
}

probe_answer ask(std::uint16_t port, probe_request const& what) {
  probe_connection connection{port};
  return connection.is_connected() ? ask(connection, what) : probe_answer{};
}

}  // namespace holdfast::kit
