#include "cli/siege/siege_output.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <utility>

#include <unistd.h>

namespace holdfast::cli {
namespace {

constexpr std::size_t largest_batch = 32UL * 1024;
constexpr auto longest_wait = std::chrono::milliseconds{100};

}  // namespace

result<void> write_stream(int file, std::string_view text, broken_pipe policy) {
  while (!text.empty()) {
    auto const written = ::write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      auto const problem = errno;
      if (problem == EPIPE && policy == broken_pipe::ends_program) {
        std::signal(SIGPIPE, SIG_DFL);
        (void)std::raise(SIGPIPE);
      }
      return boost::system::error_code{problem, boost::system::system_category()};
    }
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

background_stream::background_stream(int file, broken_pipe policy, std::size_t most_waiting)
    : file_{file}, policy_{policy}, most_waiting_{most_waiting}, thread_{[this] { write_texts(); }} {}

void background_stream::offer(std::string text) {
  std::scoped_lock const lock{mutex_};
  if (!account_.written) return;
  if (waiting_ >= most_waiting_) {
    account_.lines_left_out += static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
    return;
  }
  waiting_ += text.size();
  texts_.push_back(std::move(text));
  has_changed_.notify_one();
}

background_stream::account background_stream::finish() {
  {
    std::scoped_lock const lock{mutex_};
    is_finishing_ = true;
    has_changed_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
  return account_;
}

void background_stream::write_texts() {
  std::unique_lock lock{mutex_};
  for (;;) {
    has_changed_.wait(lock, [this] { return !texts_.empty() || is_finishing_; });
    if (texts_.empty()) return;
    auto const text = std::move(texts_.front());
    texts_.pop_front();
    lock.unlock();
    auto const written = write_stream(file_, text, policy_);
    lock.lock();
    waiting_ -= text.size();
    if (written) continue;
    account_.written = written;
    return;
  }
}

void batching_sink::print(std::string_view text, time_point now) {
  (json_output_ ? err_ : out_) += text;
  flush_if_due(now);
}

void batching_sink::complain(std::string_view text, time_point now) {
  err_ += text;
  flush_if_due(now);
}

void batching_sink::flush_if_due(time_point now) {
  if (out_.size() + err_.size() < largest_batch && now - flushed_ < longest_wait) return;
  flushed_ = now;
  flush();
}

void batching_sink::flush() {
  if (!out_.empty()) out_stream_.offer(std::exchange(out_, {}));
  if (!err_.empty()) err_stream_.offer(std::exchange(err_, {}));
}

}  // namespace holdfast::cli
