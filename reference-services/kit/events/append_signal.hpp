#pragma once

#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include "core/clock.hpp"
#include "kit/events/waiting_room.hpp"

namespace holdfast::kit {

/// Wakes coroutines when a file is touched by any process, by inotify. Use it from its executor's thread; it outlives
/// those who wait. It keeps the executor busy only while somebody waits.
class append_signal {
 public:
  append_signal(boost::asio::any_io_executor executor, std::string path);
  ~append_signal();
  append_signal(append_signal const&) = delete;
  append_signal& operator=(append_signal const&) = delete;

  /// False while the file cannot be watched: it is not there, or the system gives no watch. Tries again each time.
  bool is_watching();
  /// True: touched since the last wait began; false: the time has passed.
  boost::asio::awaitable<bool> wait(nanoseconds at_most);

 private:
  struct watch;
  std::shared_ptr<watch> watch_;
};

}  // namespace holdfast::kit
