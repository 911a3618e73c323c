#include "cluster/node/guardian.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace holdfast::cluster {
namespace {

using namespace std::chrono_literals;

constexpr auto longest_finish = 20s;
constexpr int lifeline_descriptor = 3;
/// In the environment of every guardian, so that a program that does not act as one when asked does not start another.
constexpr char const* guardian_mark = "HOLDFAST_GUARDIAN";

struct pipe_ends {
  file_descriptor read;
  file_descriptor write;
};

std::optional<pipe_ends> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return std::nullopt;
  return pipe_ends{.read = file_descriptor{ends[0]}, .write = file_descriptor{ends[1]}};
}

/// "hangs up": the other end is closed or the process has ended. False when the deadline came first.
bool wait_readable(int fd, time_point deadline) {
  for (;;) {
    auto const left = std::chrono::ceil<std::chrono::milliseconds>(deadline - clock_seam::now()).count();
    pollfd watched{.fd = fd, .events = POLLIN, .revents = 0};
    auto const ready = ::poll(&watched, 1, static_cast<int>(std::max<std::int64_t>(left, 0)));
    if (ready > 0) return true;
    if (ready == 0 || errno != EINTR) return false;
  }
}

std::string all_that_was_written(int fd) {
  std::string text;
  std::array<char, 4096> buffer;
  for (;;) {
    auto const got = ::read(fd, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

void wait_for_the_end_of_the_harness() {
  std::array<char, 16> ignored;
  for (;;) {
    auto const got = ::read(lifeline_descriptor, ignored.data(), ignored.size());
    if (got == 0 || (got < 0 && errno != EINTR)) return;
  }
}

}  // namespace

result<guardian, std::string> guardian::start(run_folder const& run, std::span<int const> keeps,
                                              std::string const& program) {
  if (std::getenv(guardian_mark) != nullptr) {
    return fmt::format("{} was started as a guardian and went on as a program: its main has to call run_as_guardian()",
                       program);
  }
  auto lifeline = make_pipe();
  auto report = make_pipe();
  if (!lifeline || !report) return fmt::format("no pipe for the guardian: {}", std::strerror(errno));
  child_setup setup{.program = program,
                    .arguments = {std::string{guardian_command}, run.path().parent_path().string(), run.id()},
                    .environment = {std::string{guardian_mark} + "=1"},
                    .standard_output = report->write.get(),
                    .handed_over = {lifeline->read.get(), run.lock_descriptor()},
                    .fate = with_parent::lives_on};
  setup.handed_over.insert(setup.handed_over.end(), keeps.begin(), keeps.end());
  auto child = start_child(setup);
  if (!child) return "the guardian does not start: " + child.error().message;
  return guardian{std::move(*child), std::move(lifeline->write), std::move(report->read)};
}

std::vector<std::string> guardian::finish() {
  std::vector<std::string> left;
  if (!child_.pidfd) return left;
  lifeline_.reset();
  if (!wait_readable(child_.pidfd.get(), clock_seam::now() + longest_finish)) {
    left.push_back(fmt::format("the guardian (process {}) is still cleaning up", child_.pid));
  } else {
    while (::waitpid(child_.pid, nullptr, 0) < 0 && errno == EINTR) {
    }
    auto const text = all_that_was_written(report_.get());
    for (std::size_t at = 0; at < text.size();) {
      auto const end = std::min(text.find('\n', at), text.size());
      left.push_back(text.substr(at, end - at));
      at = end + 1;
    }
  }
  child_.pidfd.reset();
  return left;
}

bool guardian::is_alive() const { return child_.pidfd && !wait_readable(child_.pidfd.get(), clock_seam::now()); }

std::optional<int> run_as_guardian(std::span<char const* const> arguments) {
  if (arguments.size() != 4 || arguments[1] != guardian_command) return std::nullopt;
  for (auto const signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGTSTP}) std::signal(signal, SIG_IGN);
  ::prctl(PR_SET_NAME, "holdfast-guard", 0, 0, 0);
  wait_for_the_end_of_the_harness();
  auto const report = remove_run(arguments[2], arguments[3]);
  std::string text;
  for (auto const& problem : report.left) text += problem + '\n';
  auto const written = ::write(STDOUT_FILENO, text.data(), text.size());  // nobody may be listening
  return report.left.empty() && written >= 0 ? 0 : 1;
}

}  // namespace holdfast::cluster
