#include "kit/events/append_signal.hpp"

#include <array>
#include <cstddef>
#include <cstring>

#include <sys/inotify.h>
#include <unistd.h>

namespace holdfast::kit {

namespace asio = boost::asio;

/// Shared with the handler of the pending wait, which may run after the owner is gone.
struct append_signal::watch : std::enable_shared_from_this<watch> {
  watch(asio::any_io_executor const& executor, std::string file)
      : path{std::move(file)}, descriptor{executor}, waiting{executor} {}

  bool ready() {
    if (!descriptor.is_open()) {
      auto const fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
      if (fd < 0) return false;
      descriptor.assign(fd);
    }
    if (!watched)
      watched = inotify_add_watch(descriptor.native_handle(), path.c_str(), IN_ATTRIB | IN_DELETE_SELF) >= 0;
    return watched;
  }

  /// Takes what has come; true when there was something.
  bool take_all() {
    alignas(inotify_event) std::array<char, 4096> buffer{};
    bool any = false;
    while (true) {
      auto const size = ::read(descriptor.native_handle(), buffer.data(), buffer.size());
      if (size <= 0) return any;
      any = true;
      for (std::size_t at = 0; at + sizeof(inotify_event) <= static_cast<std::size_t>(size);) {
        inotify_event event{};
        std::memcpy(&event, buffer.data() + at, sizeof event);
        // Deleted, or on a volume that was unmounted: whatever comes in its place is watched anew.
        if ((event.mask & (IN_IGNORED | IN_DELETE_SELF)) != 0) watched = false;
        at += sizeof event + event.len;
      }
    }
  }

  void listen() {
    if (listening) return;
    listening = true;
    auto heard = [self = weak_from_this()](boost::system::error_code const& failed) {
      auto const my = self.lock();
      if (!my) return;
      my->listening = false;
      if (failed) return;
      if (my->take_all()) my->waiting.wake_all();
      if (my->waiters > 0) my->listen();
    };
    descriptor.async_wait(asio::posix::stream_descriptor::wait_read, std::move(heard));
  }

  void stop_listening() {
    boost::system::error_code ignored;
    if (listening) descriptor.cancel(ignored);
  }

  std::string path;
  asio::posix::stream_descriptor descriptor;
  waiting_room waiting;
  bool watched = false;
  bool listening = false;
  int waiters = 0;
};

append_signal::append_signal(asio::any_io_executor executor, std::string path)
    : watch_{std::make_shared<watch>(executor, std::move(path))} {}

append_signal::~append_signal() = default;

bool append_signal::is_watching() { return watch_->ready(); }

asio::awaitable<bool> append_signal::wait(nanoseconds at_most) {
  struct presence {
    watch& in;
    explicit presence(watch& where) : in{where} { ++in.waiters; }
    presence(presence const&) = delete;
    presence& operator=(presence const&) = delete;
    ~presence() {
      if (--in.waiters == 0) in.stop_listening();
    }
  } const here{*watch_};
  watch_->listen();
  co_return co_await watch_->waiting.wait(at_most);
}

}  // namespace holdfast::kit
