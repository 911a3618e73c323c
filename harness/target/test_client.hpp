#pragma once

#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "target/listen_address.hpp"

namespace holdfast::target {

/// How reading from a server ended.
enum class read_end { closed, reset, timed_out, limit };

struct read_result {
  std::string bytes;
  read_end end = read_end::limit;
};

/// A blocking client for integration tests: sends what it is told and tells what came. Never waits longer than its
/// timeout.
class test_client {
 public:
  explicit test_client(listen_address const& at);
  ~test_client();
  test_client(test_client const&) = delete;
  test_client& operator=(test_client const&) = delete;

  bool is_connected() const { return connected_; }
  void send(std::string_view bytes);
  void get(std::string_view target) { send("GET " + std::string{target} + " HTTP/1.1\r\nHost: a\r\n\r\n"); }
  void finish_sending();  ///< FIN

  /// Reads until the end, or until `limit` bytes are there.
  read_result read(std::size_t limit = 64 * 1024 * 1024, nanoseconds timeout = std::chrono::seconds{5});
  /// One answer with Content-Length (or none), head and body.
  std::string answer();

 private:
  void set_timeout(nanoseconds timeout);
  int fd_ = -1;
  bool connected_ = false;
};

}  // namespace holdfast::target
