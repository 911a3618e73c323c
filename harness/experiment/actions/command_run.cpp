#include "experiment/actions/command_run.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fcntl.h>
#include <fmt/format.h>

#include "core/units.hpp"

namespace holdfast::experiment {

namespace asio = boost::asio;
using namespace cluster;

namespace {

constexpr std::chrono::seconds longest_end{15};  // the runtime gives up on what the kernel holds after 10

/// What the one who waits and the runtime's handler share.
struct command_state {
  explicit command_state(asio::any_io_executor const& executor) : ended{executor} {}
  asio::steady_timer ended;  // cancelled when it has
  std::optional<process_exit> exit;
};

/// Kills what still runs when it goes.
class running_command {
 public:
  running_command(process_runtime& processes, process_id which) : processes_{processes}, which_{which} {}
  running_command(running_command const&) = delete;
  running_command& operator=(running_command const&) = delete;
  ~running_command() { kill(); }
  void kill() const { (void)processes_.send_signal_to_container(which_, SIGKILL); }

 private:
  process_runtime& processes_;
  process_id which_;
};

/// Its last line, for a message.
std::string last_line_of(std::filesystem::path const& output) {
  constexpr std::streamoff most = 300;
  std::ifstream file{output, std::ios::binary | std::ios::ate};
  if (!file) return {};
  auto const size = static_cast<std::streamoff>(file.tellg());
  file.seekg(std::max<std::streamoff>(0, size - most));
  std::string text{std::istreambuf_iterator<char>{file}, {}};
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

std::string failure_of(process_exit const& exit, std::filesystem::path const& output) {
  auto const line = last_line_of(output);
  auto const how = exit.signal != 0 ? fmt::format("it was ended by {}", signal_name(exit.signal))
                                    : fmt::format("it ended with code {}", exit.code);
  return line.empty() ? how : fmt::format("{}: {}", how, line);
}

result<process_id, std::string> start(process_runtime& processes, command_settings const& settings,
                                      std::shared_ptr<command_state> const& state) {
  using boost::system::in_place_error;
  file_descriptor const output{
      ::open(settings.output.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_APPEND, 0644)};
  if (!output) return {in_place_error, fmt::format("{}: {}", settings.output.string(), std::strerror(errno))};
  if (settings.words.empty()) return {in_place_error, std::string{"no program is named"}};
  child_setup setup{.program = settings.words.front(),
                    .arguments = {settings.words.begin() + 1, settings.words.end()},
                    .environment = settings.environment,
                    .working_directory = settings.folder.string(),
                    .standard_output = output.get(),
                    .standard_error = output.get()};
  auto const started = processes.start(std::move(setup), "command/" + settings.id, process_role::container,
                                       [state](process_exit const& how) {
                                         state->exit = how;
                                         state->ended.cancel();
                                       });
  if (!started) return {in_place_error, started.error().message};
  return {boost::system::in_place_value, *started};
}

}  // namespace

asio::awaitable<std::optional<std::string>> run_command(asio::any_io_executor executor, process_runtime& processes,
                                                        command_settings const& settings) {
  auto const state = std::make_shared<command_state>(executor);
  auto const started = start(processes, settings, state);
  if (!started) co_return started.error();
  running_command const running{processes, *started};
  state->ended.expires_after(settings.limit);
  (void)co_await state->ended.async_wait(asio::as_tuple(asio::use_awaitable));
  if (state->exit) {
    if (state->exit->code == 0) co_return std::nullopt;
    co_return failure_of(*state->exit, settings.output);
  }
  auto const why = co_await asio::this_coro::cancellation_state;
  running.kill();
  if (why.cancelled() != asio::cancellation_type::none) co_return std::string{"it was given up"};
  state->ended.expires_after(longest_end);
  (void)co_await state->ended.async_wait(asio::as_tuple(asio::use_awaitable));
  co_return fmt::format("it was ended after {}", format_duration(settings.limit));
}

}  // namespace holdfast::experiment
