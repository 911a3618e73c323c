#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "cluster/node/handler_attempts.hpp"
#include "core/units.hpp"

namespace holdfast::cluster {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

/// One command in a container: its output is collected, up to what is of interest, and it is killed when it takes too
/// long.
class exec_attempt : public std::enable_shared_from_this<exec_attempt> {
 public:
  exec_attempt(asio::any_io_executor const& executor, process_runtime& processes, handler_callback on_result)
      : processes_{processes}, output_{executor}, timer_{executor}, on_result_{std::move(on_result)} {}

  void start(exec_action const& action, exec_place const& place, nanoseconds limit) {
    auto problem = start_process(action, place);
    timer_.expires_after(problem.empty() ? limit : nanoseconds{0});
    timer_.async_wait([weak = weak_from_this(), problem = std::move(problem), limit](error_code ec) {
      auto const self = weak.lock();
      if (!self || ec) return;
      if (!problem.empty()) return self->tell(handler_outcome::not_run, problem);
      self->tell(handler_outcome::failure, fmt::format("command timed out after {}", format_duration(limit)));
    });
  }

  void give_up() {
    on_result_ = nullptr;
    timer_.cancel();
    error_code ignored;
    output_.close(ignored);
    if (!is_running_) return;
    is_running_ = false;
    processes_.forget_handler(process_);
    processes_.kill(process_);
  }

 private:
  /// Empty when it runs.
  std::string start_process(exec_action const& action, exec_place const& place) {
    std::array<int, 2> ends{};
    if (action.command.empty()) return "the command is empty";
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return fmt::format("no pipe: {}", std::strerror(errno));
    file_descriptor const write_end{ends[1]};
    ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
    output_.assign(ends[0]);
    auto setup = place.like;
    setup.program = action.command.front();
    setup.arguments.assign(action.command.begin() + 1, action.command.end());
    setup.standard_output = write_end.get();
    setup.standard_error = write_end.get();
    auto const started = processes_.start(std::move(setup), place.container, process_role::helper,
                                          [weak = weak_from_this()](process_exit const& exit) {
                                            if (auto const self = weak.lock()) self->ended(exit);
                                          });
    if (!started) return started.error().message;
    process_ = *started;
    is_running_ = true;
    wait_for_output();
    return {};
  }

  void wait_for_output() {
    output_.async_wait(asio::posix::stream_descriptor::wait_read, [weak = weak_from_this()](error_code ec) {
      auto const self = weak.lock();
      if (self && !ec && self->output_.is_open() && self->take()) self->wait_for_output();
    });
  }

  /// False when no more will come.
  bool take() {
    std::array<char, 4096> buffer;
    errno = 0;
    auto const got = ::read(output_.native_handle(), buffer.data(), buffer.size());
    if (got < 0) return errno == EAGAIN || errno == EINTR;
    text_.append(buffer.data(), std::min(static_cast<std::size_t>(got), most_handler_output - text_.size()));
    return got > 0;
  }

  void ended(process_exit const& exit) {
    is_running_ = false;
    // What a pipe holds: somebody else may have it and go on writing.
    for (int i = 0; i < 16 && output_.is_open() && take() && errno != EAGAIN; ++i) {
    }
    tell(exit.code == 0 ? handler_outcome::success : handler_outcome::failure, text_);
  }

  void tell(handler_outcome outcome, std::string message) {
    auto const on_result = std::exchange(on_result_, nullptr);
    give_up();
    if (on_result) on_result({.outcome = outcome, .message = std::move(message)});
  }

  process_runtime& processes_;
  asio::posix::stream_descriptor output_;
  asio::steady_timer timer_;
  handler_callback on_result_;
  process_id process_{};
  bool is_running_ = false;
  std::string text_;
};

}  // namespace

std::unique_ptr<running_handler> start_exec(asio::any_io_executor const& executor, process_runtime& processes,
                                            exec_action const& action, exec_place const& place, nanoseconds limit,
                                            handler_callback on_result) {
  auto attempt = std::make_shared<exec_attempt>(executor, processes, std::move(on_result));
  attempt->start(action, place, limit);
  return std::make_unique<attempt_handle<exec_attempt>>(std::move(attempt));
}

}  // namespace holdfast::cluster
