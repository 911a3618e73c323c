#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace holdfast::kit {

/// What one request on a scripted server is and what can be done with it.
class scripted_exchange {
 public:
  scripted_exchange(int fd, int connection_number, int number)
      : connection{connection_number}, request{number}, fd_{fd} {}
  int connection;    ///< from 0
  int request;       ///< on this connection, from 0
  std::string head;  ///< with its empty line
  std::string body;  ///< by Content-Length, or as chunks stood on the wire

  bool write(std::string_view bytes);
  void answer(unsigned status, std::string_view body = "", std::string_view fields = "");
  void close() { is_closed_ = true; }  ///< after the script
  void wait_until_peer_closes();
  bool is_closed() const { return is_closed_; }

 private:
  int fd_;
  bool is_closed_ = false;
};

/// HTTP server for tests on 127.0.0.1 with blocking threads: the script decides what each request gets, byte by byte.
class scripted_server {
 public:
  using script = std::function<void(scripted_exchange&)>;
  explicit scripted_server(script what, std::uint16_t port = 0);
  ~scripted_server();
  scripted_server(scripted_server const&) = delete;
  scripted_server& operator=(scripted_server const&) = delete;

  std::uint16_t port() const { return port_; }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  int connections() const { return connections_; }
  int requests() const { return requests_; }
  void stop();

 private:
  void accept_all();
  void serve(int fd, int number);

  script script_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<int> connections_ = 0;
  std::atomic<int> requests_ = 0;
  std::mutex guard_;
  std::vector<int> open_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
  bool stopped_ = false;
};

/// A port of 127.0.0.1 on which nobody listens.
std::uint16_t unused_port();

}  // namespace holdfast::kit
