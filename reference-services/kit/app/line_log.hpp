#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>

namespace holdfast::kit {

/// Lines on a file descriptor, written together every 10 ms at most. A reader that is slow, or a full disk, never holds
/// the service up: what does not fit into the buffer is dropped and counted. Use from the executor's thread.
class line_log {
 public:
  struct settings {
    int descriptor = 1;
    std::size_t buffer_bytes = std::size_t{1} << 20U;
  };
  line_log(boost::asio::any_io_executor executor, settings how);
  /// Writes what it can within a fifth of a second.
  ~line_log();
  line_log(line_log const&) = delete;
  line_log& operator=(line_log const&) = delete;

  /// `line` without its end.
  void add(std::string_view line);
  /// Gives up the timer, so that the io_context can run dry; later lines are written at destruction.
  void stop();
  std::uint64_t dropped() const;

 private:
  struct state;
  static void arm(std::shared_ptr<state> const& of);
  std::shared_ptr<state> state_;
};

}  // namespace holdfast::kit
