#include "cli/siege/siege_output.hpp"

#include <cerrno>
#include <chrono>
#include <csignal>

#include <unistd.h>

namespace holdfast::cli {
namespace {

constexpr std::size_t largest_batch = 32 * 1024;
constexpr auto longest_wait = std::chrono::milliseconds{100};

/// A full disk must not end a run: what cannot be written is lost.
/// @return  errno's value of the failure, or 0.
int write_all(int file, std::string_view text) {
  while (!text.empty()) {
    auto const written = ::write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

}  // namespace

void siege_console::write_out(std::string_view text) {
  std::scoped_lock const lock{mutex_};
  if (write_all(STDOUT_FILENO, text) != EPIPE) return;
  // "holdfast siege ... | head" has to end when head does, as siege would.
  std::signal(SIGPIPE, SIG_DFL);
  (void)std::raise(SIGPIPE);
}

void siege_console::write_err(std::string_view text) {
  std::scoped_lock const lock{mutex_};
  (void)write_all(STDERR_FILENO, text);
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
  if (!out_.empty()) console_.write_out(out_);
  if (!err_.empty()) console_.write_err(err_);
  out_.clear();
  err_.clear();
}

}  // namespace holdfast::cli
