#include <csignal>
#include <cstdlib>
#include <iostream>
#include <span>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <unistd.h>

#include "core/exit_code.hpp"
#include "kit/app/running_app.hpp"

extern char** environ;  // NOLINT: the process's own, as POSIX gives it

namespace holdfast::kit {

namespace asio = boost::asio;

namespace {

std::optional<std::string> environment_variable(std::string const& name) {
  auto const* const text = std::getenv(name.c_str());
  return text != nullptr ? std::optional<std::string>{text} : std::nullopt;
}

std::vector<std::string> environment_names() {
  std::vector<std::string> names;
  for (auto* const* at = environ; *at != nullptr; ++at) {
    std::string_view const entry{*at};
    names.emplace_back(entry.substr(0, entry.find('=')));
  }
  return names;
}

std::vector<config_key> keys_of(service_description const& what) {
  auto base = common_keys(what.system, what.name);
  for (auto& key : base) {
    if (key.name == "PORT") key.default_value = std::to_string(what.port);
    if (key.name == "DEFECTS") key.words.insert(key.words.end(), what.defects.begin(), what.defects.end());
  }
  return merged_keys(std::move(base), what.keys);
}

/// The first signal drains, the second one ends the process at once.
class signal_watch {
 public:
  signal_watch(asio::io_context& context, running_app& service)
      : signals_{context, SIGTERM, SIGINT}, service_{service} {
    wait();
  }
  void end() { signals_.cancel(); }

 private:
  void wait() {
    signals_.async_wait([this](boost::system::error_code const& ec, int) {
      if (ec) return;
      if (std::exchange(was_asked_, true)) std::_Exit(static_cast<int>(exit_code::interrupted));
      service_.stop();
      wait();
    });
  }
  asio::signal_set signals_;
  running_app& service_;
  bool was_asked_ = false;
};

int serve(service_description what, configuration config) {
  std::signal(SIGPIPE, SIG_IGN);  // a reader that goes away is an error of write(), not the end
  asio::io_context context{1};
  running_app service{context, std::move(what), std::move(config)};
  signal_watch signals{context, service};
  int code = static_cast<int>(exit_code::could_not_run);
  auto on_end = [&](std::exception_ptr failure, int ended_with) {
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
  asio::co_spawn(context, service.run(), std::move(on_end));
  context.run();
  return code;
}

}  // namespace

int run_service(int argc, char const* const* argv, service_description what) {
  auto const keys = keys_of(what);
  std::span const arguments{argv, static_cast<std::size_t>(argc)};
  if (arguments.size() > 1) {
    std::string_view const asked{arguments[1]};
    if (arguments.size() == 2 && asked == "--help") {
      std::cout << help_text(what.name, keys);
      return 0;
    }
    if (arguments.size() == 2 && asked == "--version") {
      std::cout << what.name << " of " << what.system << ", Holdfast service kit\n";
      return 0;
    }
    std::cerr << "command line: " << asked << ": is not understood.\n"
              << "A service is configured by its environment; see --help.\n";
    return static_cast<int>(exit_code::invalid_input);
  }
  for (auto const& warning : likely_misspellings(keys, environment_names()))
    std::cerr << "warning: " << warning << '\n';
  auto config = configuration::read(keys, environment_variable);
  if (!config) {
    std::cerr << to_string(config.error());
    return static_cast<int>(exit_code::invalid_input);
  }
  return serve(std::move(what), std::move(*config));
}

}  // namespace holdfast::kit
