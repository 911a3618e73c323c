#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "gateway/gateway.hpp"

namespace holdfast::gateway {

/// A blocking connection for tests: sends exactly what it is given. Waits ten seconds for anything.
class raw_connection {
 public:
  explicit raw_connection(int descriptor);
  static raw_connection to(std::uint16_t port, int receive_buffer_bytes = 0);
  raw_connection(raw_connection&& other) noexcept : descriptor_{std::exchange(other.descriptor_, -1)} {}
  raw_connection& operator=(raw_connection&&) = delete;
  ~raw_connection() { close(); }

  bool send(std::string_view bytes) const;
  /// Up to 64 KiB; empty at the end of the connection.
  std::string receive_some() const;
  /// Reads until `text` has come (or the end) and returns all that was read.
  std::string receive_until(std::string_view text) const;
  std::string receive_all() const { return receive_until({}); }
  void end_sending() const;
  void close();
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

struct raw_answer {
  unsigned status = 0;  ///< 0: there was no whole answer
  std::string head;     ///< lower case, with the status line
  std::string body;     ///< freed of chunks
  bool has(std::string_view line) const { return head.find("\r\n" + std::string{line} + "\r\n") != std::string::npos; }
};
/// Reads one answer as a client that knows HTTP.
raw_answer read_answer(raw_connection const& from, bool is_head = false);
/// A request on a connection of its own.
raw_answer ask(std::uint16_t port, std::string_view request);
std::string get(std::string_view target, std::string_view more = "");

/// A backend whose every connection is served by a script, byte by byte.
class raw_backend {
 public:
  using script = std::function<void(raw_connection&)>;
  explicit raw_backend(script what);
  ~raw_backend();
  raw_backend(raw_backend const&) = delete;
  raw_backend& operator=(raw_backend const&) = delete;
  std::uint16_t port() const { return port_; }
  int connections() const { return connections_; }
  void stop_listening();  ///< connects are refused from now on

 private:
  script script_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<int> connections_ = 0;
  std::mutex guard_;
  std::vector<int> open_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

/// A gateway on a thread of its own, with short times unless told otherwise.
class running_gateway {
 public:
  using environment = std::map<std::string, std::string>;
  explicit running_gateway(environment const& given);
  ~running_gateway();
  running_gateway(running_gateway const&) = delete;
  running_gateway& operator=(running_gateway const&) = delete;

  std::uint16_t port() const { return port_; }
  void stop();  ///< as SIGTERM does; does not wait
  bool has_ended() const { return has_ended_; }
  double metric(std::string_view line_begin) const;

 private:
  boost::asio::io_context context_{1};
  std::unique_ptr<gateway> gateway_;
  std::atomic<std::uint16_t> port_ = 0;
  std::atomic<bool> has_ended_ = false;
  std::thread thread_;
};

/// ROUTES with everything to that port.
std::string all_to(std::uint16_t port);

/// Asks every millisecond until `holds` does, for ten seconds at most.
bool eventually(std::function<bool()> const& holds);
void rest_a_while();

}  // namespace holdfast::gateway
