#include "kit/app/line_log.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>

#include <boost/asio/steady_timer.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace holdfast::kit {

namespace {

constexpr std::chrono::milliseconds write_interval{10};

/// A descriptor of our own for the same pipe, so that O_NONBLOCK does not change what other processes share with us.
int reopened_pipe(int descriptor) {
  struct stat facts {};
  if (fstat(descriptor, &facts) != 0 || !S_ISFIFO(facts.st_mode)) return -1;
  auto const path = fmt::format("/proc/self/fd/{}", descriptor);
  return open(path.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
}

bool is_writable(int descriptor, int wait_ms) {
  pollfd ask{.fd = descriptor, .events = POLLOUT, .revents = 0};
  return poll(&ask, 1, wait_ms) == 1 && (ask.revents & POLLOUT) != 0;
}

}  // namespace

struct line_log::state {
  boost::asio::steady_timer timer;
  settings how;
  int own_descriptor;
  std::string buffer = {};
  std::uint64_t dropped = 0;
  std::uint64_t reported = 0;
  bool is_armed = false;
  bool is_stopped = false;

  /// True when everything was written; false when the reader is slow.
  bool write_out(int wait_ms) {
    auto const descriptor = own_descriptor >= 0 ? own_descriptor : how.descriptor;
    // What poll() calls writable takes this much without blocking (POSIX: PIPE_BUF).
    std::size_t const at_once = own_descriptor >= 0 ? buffer.size() : 4096;
    std::size_t written = 0;
    while (written < buffer.size() && is_writable(descriptor, wait_ms)) {
      auto const count = ::write(descriptor, buffer.data() + written, std::min(at_once, buffer.size() - written));
      if (count > 0) {
        written += static_cast<std::size_t>(count);
      } else if (errno != EINTR && errno != EAGAIN) {  // a full disk, or nobody reads any more
        ++dropped;
        written = buffer.size();
      } else if (wait_ms == 0) {
        break;
      }
    }
    buffer.erase(0, written);
    return buffer.empty();
  }
};

/// Writes after a while, and again as long as something is left.
void line_log::arm(std::shared_ptr<state> const& of) {
  if (of->is_armed || of->is_stopped) return;
  of->is_armed = true;
  of->timer.expires_after(write_interval);
  of->timer.async_wait([alive = std::weak_ptr{of}](boost::system::error_code const&) {
    auto const s = alive.lock();
    if (!s) return;
    s->is_armed = false;
    if (!s->write_out(0)) arm(s);
  });
}

line_log::line_log(boost::asio::any_io_executor executor, settings how)
    : state_{std::make_shared<state>(state{
          .timer = boost::asio::steady_timer{executor}, .how = how, .own_descriptor = reopened_pipe(how.descriptor)})} {
}

line_log::~line_log() {
  stop();
  constexpr int last_wait_ms = 200;
  state_->write_out(last_wait_ms);
  if (state_->own_descriptor >= 0) close(state_->own_descriptor);
}

void line_log::stop() {
  state_->is_stopped = true;
  state_->timer.cancel();
}

std::uint64_t line_log::dropped() const { return state_->dropped; }

void line_log::add(std::string_view line) {
  auto& s = *state_;
  if (s.dropped > s.reported && s.buffer.size() + 100 < s.how.buffer_bytes) {
    s.buffer += fmt::format("{{\"event\":\"log_lines_dropped\",\"count\":{}}}\n", s.dropped - s.reported);
    s.reported = s.dropped;
  }
  if (s.buffer.size() + line.size() + 1 > s.how.buffer_bytes) {
    ++s.dropped;
    return;
  }
  s.buffer += line;
  s.buffer += '\n';
  arm(state_);
}

}  // namespace holdfast::kit
