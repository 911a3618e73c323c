#include "kit/app/program.hpp"

#include <csignal>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/signal_set.hpp>
#include <sys/resource.h>
#include <unistd.h>

#include "core/exit_code.hpp"

extern char** environ;  // NOLINT: the process's own, as POSIX gives it

namespace holdfast::kit {

namespace asio = boost::asio;

namespace {

std::vector<std::string> environment_names() {
  std::vector<std::string> names;
  for (auto* const* at = environ; *at != nullptr; ++at) {
    std::string_view const entry{*at};
    names.emplace_back(entry.substr(0, entry.find('=')));
  }
  return names;
}

/// MAX_CONNECTIONS takes more descriptors than the soft limit usual for programs that select(), which nothing here
/// does. What the hard limit forbids shows as connections that wait.
void use_all_descriptors() {
  rlimit allowed{};
  if (::getrlimit(RLIMIT_NOFILE, &allowed) != 0) return;
  allowed.rlim_cur = allowed.rlim_max;
  (void)::setrlimit(RLIMIT_NOFILE, &allowed);
}

/// The first signal drains, the second one ends the process at once.
class signal_watch {
 public:
  signal_watch(asio::io_context& context, std::function<void()> stop)
      : signals_{context, SIGTERM, SIGINT}, stop_{std::move(stop)} {
    wait();
  }
  void end() { signals_.cancel(); }

 private:
  void wait() {
    signals_.async_wait([this](boost::system::error_code const& ec, int) {
      if (ec) return;
      if (std::exchange(was_asked_, true)) std::_Exit(static_cast<int>(exit_code::interrupted));
      stop_();
      wait();
    });
  }
  asio::signal_set signals_;
  std::function<void()> stop_;
  bool was_asked_ = false;
};

}  // namespace

std::optional<std::string> environment_variable(std::string const& name) {
  auto const* const text = std::getenv(name.c_str());
  return text != nullptr ? std::optional<std::string>{text} : std::nullopt;
}

std::optional<int> answer_command_line(int argc, char const* const* argv, std::string_view program,
                                       std::string_view about, std::span<config_key const> keys) {
  std::span const arguments{argv, static_cast<std::size_t>(argc)};
  if (arguments.size() > 1) {
    std::string_view const asked{arguments[1]};
    if (arguments.size() == 2 && asked == "--help") {
      std::cout << help_text(program, keys);
      return 0;
    }
    if (arguments.size() == 2 && asked == "--version") {
      std::cout << about << '\n';
      return 0;
    }
    std::cerr << "command line: " << asked << ": is not understood.\n"
              << "A service is configured by its environment; see --help.\n";
    return static_cast<int>(exit_code::invalid_input);
  }
  for (auto const& warning : likely_misspellings(keys, environment_names()))
    std::cerr << "warning: " << warning << '\n';
  return std::nullopt;
}

int run_until_signalled(asio::io_context& context, asio::awaitable<int> task, std::function<void()> stop) {
  use_all_descriptors();
  std::signal(SIGPIPE, SIG_IGN);  // a reader that goes away is an error of write(), not the end
  signal_watch signals{context, std::move(stop)};
  int code = static_cast<int>(exit_code::could_not_run);
  auto on_end = [&](std::exception_ptr const& failure, int ended_with) {
    signals.end();
    if (!failure) {
      code = ended_with;
      return;
    }
    try {
      std::rethrow_exception(failure);
    } catch (std::exception const& why) {
      std::cerr << "could not start: " << why.what() << '\n';
    }
  };
  asio::co_spawn(context, std::move(task), std::move(on_end));
  context.run();
  return code;
}

void write_port_file(std::string const& file, std::uint16_t port) {
  if (file.empty()) return;
  auto const unfinished = file + ".tmp";  // whoever waits for the file shall not find it half written
  std::ofstream{unfinished} << port << '\n';
  std::filesystem::rename(unfinished, file);
}

}  // namespace holdfast::kit
