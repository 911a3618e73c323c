#include <iostream>

#include <boost/asio/io_context.hpp>

#include "core/exit_code.hpp"
#include "kit/app/program.hpp"
#include "kit/app/running_app.hpp"

namespace holdfast::kit {

namespace {

std::vector<config_key> keys_of(service_description const& what) {
  auto base = common_keys(what.system, what.name);
  for (auto& key : base) {
    if (key.name == "PORT") key.default_value = std::to_string(what.port);
    if (key.name == "DEFECTS") key.words.insert(key.words.end(), what.defects.begin(), what.defects.end());
  }
  return merged_keys(std::move(base), what.keys);
}

}  // namespace

int run_service(int argc, char const* const* argv, service_description what) {
  auto const keys = keys_of(what);
  auto const about = what.name + " of " + what.system + ", Holdfast service kit";
  if (auto const code = answer_command_line(argc, argv, what.name, about, keys)) return *code;
  auto config = configuration::read(keys, environment_variable);
  if (!config) {
    std::cerr << to_string(config.error());
    return static_cast<int>(exit_code::invalid_input);
  }
  boost::asio::io_context context{1};
  int code = 0;
  {
    running_app service{context, std::move(what), std::move(*config)};
    code = run_until_signalled(context, service.run(), [&service] { service.stop(); });
  }
  // Clients leave their connections to the context when they are destroyed.
  context.restart();
  context.poll();
  return code;
}

}  // namespace holdfast::kit
