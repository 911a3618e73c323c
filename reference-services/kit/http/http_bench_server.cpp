// Serves one small JSON document: what the HTTP server itself costs. Ends on SIGINT or SIGTERM.
//   kit_http_bench_server [port]      default 8099
//   taskset -c 0 kit_http_bench_server & taskset -c 1 holdfast load http://127.0.0.1:8099/orders/7 ...
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "kit/http/server.hpp"
#include "kit/http/task_group.hpp"

namespace {

namespace asio = boost::asio;
using namespace holdfast;

asio::awaitable<void> drain_on_signal(asio::io_context& context, kit::http_server& server) {
  asio::signal_set signals{context, SIGINT, SIGTERM};
  co_await signals.async_wait(asio::as_tuple(asio::use_awaitable));
  co_await server.drain(nanoseconds{}, std::chrono::seconds{1});
}

kit::router routes() {
  kit::router all;
  kit::quick_handler const one = [](kit::request const& asked) {
    return kit::response{.content_type = "application/json",
                         .body = "{\"id\":" + asked.captures[0] + ",\"pad\":\"" + std::string(280, 'x') + "\"}"};
  };
  all.add("GET", "/orders/{id}", one);
  return all;
}

int serve(std::uint16_t port) {
  asio::io_context context{1};
  kit::server_settings settings;
  settings.port = port;
  settings.every_answer = {{"X-Instance", "bench-1"}, {"X-Version", "1"}};
  auto const server = kit::http_server::listen(context.get_executor(), std::move(settings), routes());
  kit::task_group tasks{context.get_executor()};
  tasks.spawn(server->run());
  tasks.spawn(drain_on_signal(context, *server));
  std::printf("http://127.0.0.1:%u/orders/7\n", static_cast<unsigned>(server->port()));
  std::fflush(stdout);
  context.run();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return serve(static_cast<std::uint16_t>(argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 8099));
  } catch (std::exception const& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 3;
  }
}
