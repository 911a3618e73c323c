#include "cluster/proxy/probe_responder.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <boost/system/system_error.hpp>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "cluster/proxy/event_loop.hpp"
#include "cluster/proxy/listening_socket.hpp"

namespace holdfast::cluster {
namespace {

constexpr std::size_t most_connections = 256;
constexpr std::size_t longest_line = 32;

/// One probe's connection.
class answering final : public event_handler {
 public:
  explicit answering(unique_descriptor socket) : socket_{std::move(socket)} {}
  int descriptor() const { return socket_.get(); }
  bool is_over() const { return !socket_.is_open(); }

  void on_events(std::uint32_t) override {
    if (is_over()) return;
    if (!send_out()) return;
    receive();
  }

 private:
  void receive() {
    std::array<char, 16UL * 1024> buffer;
    while (to_give_ == 0 && words_.empty()) {
      auto const got = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0 && errno == EAGAIN) return;
      if (got < 0) return socket_.close();
      if (got == 0) return on_end();
      came_ += static_cast<std::uint64_t>(got);
      take({buffer.data(), static_cast<std::size_t>(got)});
      if (is_over() || !send_out()) return;
    }
  }

  void take(std::string_view bytes) {
    while (!bytes.empty() && !is_over()) {
      if (to_take_ > 0) {
        auto const n = std::min<std::uint64_t>(to_take_, bytes.size());
        to_take_ -= n;
        bytes.remove_prefix(n);
        if (to_take_ == 0) acknowledge();
        continue;
      }
      auto const end = bytes.find('\n');
      line_ += bytes.substr(0, end);
      if (line_.size() > longest_line) return socket_.reset();
      if (end == std::string_view::npos) return;
      bytes.remove_prefix(end + 1);
      obey(std::exchange(line_, {}));
    }
  }

  void obey(std::string const& line) {
    std::uint64_t count = 0;
    auto const* const end = line.data() + line.size();
    auto const is_counted = line.size() > 1 && std::from_chars(line.data() + 1, end, count).ptr == end;
    if (line == "E") {
      words_ += "e\n";
    } else if (is_counted && line[0] == 'G') {
      to_give_ += count;
    } else if (is_counted && line[0] == 'T' && count > 0) {
      to_take_ = count;
    } else {
      socket_.reset();
    }
  }

  void acknowledge() { words_ += "t" + std::to_string(came_) + "\n"; }

  void on_end() {
    if (to_take_ > 0 || !line_.empty()) {
      acknowledge();
      send_out();
    }
    socket_.close();
  }

  /// @return false when the peer takes nothing now, or the connection is over
  bool send_out() {
    static std::string const block(64UL * 1024, 'g');
    while (!words_.empty() || to_give_ > 0) {
      auto const is_words = !words_.empty();
      auto const size = is_words ? words_.size() : std::min<std::uint64_t>(to_give_, block.size());
      auto const sent = ::send(socket_.get(), is_words ? words_.data() : block.data(), size, MSG_NOSIGNAL);
      if (sent < 0 && errno == EINTR) continue;
      if (sent < 0 && errno != EAGAIN) socket_.close();
      if (sent < 0) return false;
      if (is_words) {
        words_.erase(0, static_cast<std::size_t>(sent));
      } else {
        to_give_ -= static_cast<std::uint64_t>(sent);
      }
    }
    return true;
  }

  unique_descriptor socket_;
  std::string line_;
  std::string words_;
  std::uint64_t came_ = 0;
  std::uint64_t to_take_ = 0;
  std::uint64_t to_give_ = 0;
};

class answering_all final : public event_handler {
 public:
  answering_all(event_loop& loop, listening_socket socket) : loop_{loop}, socket_{std::move(socket)} {
    loop_.on_round_end([this] { std::erase_if(open_, [](auto const& one) { return one->is_over(); }); });
  }
  ipv4_endpoint const& at() const { return socket_.at(); }

  boost::system::error_code start() {
    if (auto const ec = socket_.become(listener_effect::accept)) return ec;
    return loop_.watch(socket_.descriptor(), *this, EPOLLIN);
  }

  void on_events(std::uint32_t) override {
    while (true) {
      unique_descriptor accepted{::accept4(socket_.descriptor(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)};
      if (!accepted.is_open()) return;
      if (open_.size() >= most_connections) continue;
      auto& one = *open_.emplace_back(std::make_unique<answering>(std::move(accepted)));
      if (loop_.watch(one.descriptor(), one, EPOLLIN | EPOLLOUT | EPOLLRDHUP)) open_.pop_back();
    }
  }

 private:
  event_loop& loop_;
  listening_socket socket_;
  std::vector<std::unique_ptr<answering>> open_;
};

}  // namespace

struct probe_responder::thread_part {
  explicit thread_part(listening_socket socket) : all{loop, std::move(socket)} {}
  event_loop loop;
  answering_all all;
  std::thread thread;
};

probe_responder::probe_responder(std::unique_ptr<thread_part> part) : part_{std::move(part)} {}

probe_responder::~probe_responder() {
  part_->loop.post([this] { part_->loop.stop(); });
  part_->thread.join();
}

ipv4_endpoint const& probe_responder::at() const { return part_->all.at(); }

result<std::unique_ptr<probe_responder>> probe_responder::start() {
  auto socket = listening_socket::bind({INADDR_LOOPBACK, 0});
  if (!socket) return socket.error();
  try {
    auto part = std::make_unique<thread_part>(std::move(*socket));
    if (auto const ec = part->all.start()) return ec;
    part->thread = std::thread{[loop = &part->loop] { loop->run(); }};
    return std::unique_ptr<probe_responder>{new probe_responder{std::move(part)}};
  } catch (std::system_error const& problem) {  // Boost's is one too
    return boost::system::error_code{problem.code().value(), boost::system::system_category()};
  }
}

}  // namespace holdfast::cluster
