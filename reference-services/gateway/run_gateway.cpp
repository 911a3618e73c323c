#include <iostream>

#include "core/exit_code.hpp"
#include "gateway/gateway.hpp"
#include "kit/app/program.hpp"

namespace holdfast::gateway {

int run_gateway(int argc, char const* const* argv) {
  auto const keys = setting_keys();
  auto const code = kit::answer_command_line(argc, argv, "gateway", "gateway, Holdfast service kit", keys);
  if (code) return *code;
  auto told = read_settings(kit::environment_variable);
  if (!told) {
    std::cerr << to_string(told.error());
    return static_cast<int>(exit_code::invalid_input);
  }
  boost::asio::io_context context{1};
  gateway service{context, std::move(*told)};
  return kit::run_until_signalled(context, service.run(), [&service] { service.stop(); });
}

}  // namespace holdfast::gateway
