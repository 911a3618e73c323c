#include "cluster/proxy/service_proxy.hpp"

#include <atomic>
#include <future>
#include <thread>
#include <utility>

#include <boost/system/system_error.hpp>

#include "cluster/proxy/fault_kinds.hpp"
#include "cluster/proxy/proxy_engine.hpp"

namespace holdfast::cluster {

struct service_proxy::thread_part {
  thread_part(proxy_options const& options, proxy_sink& sink) : engine{loop, options, sink} {}
  event_loop loop;
  proxy_engine engine;
  std::atomic<std::uint64_t> next_fault{1};
  std::thread thread;
};

service_proxy::service_proxy(std::unique_ptr<thread_part> part) : part_{std::move(part)} {}

service_proxy::~service_proxy() { stop(); }

result<std::unique_ptr<service_proxy>> service_proxy::start(proxy_options options, proxy_sink& sink) {
  try {
    auto part = std::make_unique<thread_part>(options, sink);
    part->thread = std::thread{[loop = &part->loop] { loop->run(); }};
    return std::unique_ptr<service_proxy>{new service_proxy{std::move(part)}};
  } catch (boost::system::system_error const& problem) {
    return problem.code();
  } catch (std::system_error const& problem) {
    return boost::system::error_code{problem.code().value(), boost::system::system_category()};
  }
}

/// Runs the task on the proxy's thread and waits for its result.
template <class Task>
auto service_proxy::on_thread(Task task) {
  using value = decltype(task(part_->engine));
  if (!part_->thread.joinable()) return task(part_->engine);  // stopped: nobody else is there
  // Shared, so that the one who sets it never outlives it.
  auto const done = std::make_shared<std::promise<value>>();
  part_->loop.post([&task, engine = &part_->engine, done] {
    if constexpr (std::is_void_v<value>) {
      task(*engine);
      done->set_value();
    } else {
      done->set_value(task(*engine));
    }
  });
  return done->get_future().get();
}

void service_proxy::stop() {
  if (!part_->thread.joinable()) return;
  part_->loop.post([this] {
    part_->engine.stop();
    part_->loop.stop();
  });
  part_->thread.join();
}

result<listening_socket, diagnostics> service_proxy::hold(std::string const& field, ipv4_endpoint const& at) {
  // A Service that refuses does not listen, so the system would not see that the address is taken.
  auto const is_taken = on_thread([&](proxy_engine& engine) { return engine.has_address(at); });
  auto socket = is_taken ? make_error_code(boost::system::errc::address_in_use) : listening_socket::bind(at);
  if (socket) return std::move(*socket);
  return diagnostics{{"", 0, field, to_string(at), "the address cannot be listened on: " + socket.error().message(),
                      "End what uses it, or give the Service another address."}};
}

result<std::vector<ipv4_endpoint>, diagnostics> service_proxy::add_service(service_settings const& settings) {
  diagnostics problems;
  auto const field = "service " + settings.name;
  if (on_thread([&](proxy_engine& engine) { return engine.has_service(settings.name); })) {
    problems.push_back({"", 0, field, "", "the proxy has a Service of this name", "Remove that one first."});
  }
  std::vector<listening_socket> sockets;
  std::vector<ipv4_endpoint> addresses;
  for (auto const& at : settings.listen) {
    auto socket = hold(field, at);
    if (!socket) {
      problems.push_back(socket.error().front());
      continue;
    }
    addresses.push_back(socket->at());
    sockets.push_back(std::move(*socket));
  }
  if (!problems.empty()) return problems;
  auto const ec = on_thread([&](proxy_engine& engine) { return engine.add_service(settings, std::move(sockets)); });
  if (ec) return diagnostics{{"", 0, field, "", "its sockets cannot be watched: " + ec.message(), "Free some memory."}};
  return addresses;
}

void service_proxy::remove_service(std::string const& name) {
  on_thread([&](proxy_engine& engine) { engine.remove_service(name); });
}

result<ipv4_endpoint, diagnostics> service_proxy::add_address(std::string const& name, ipv4_endpoint const& at) {
  auto const field = "service " + name;
  auto socket = hold(field, at);
  if (!socket) return socket.error();
  auto const held = socket->at();
  auto const ec = on_thread([&](proxy_engine& engine) { return engine.add_address(name, std::move(*socket)); });
  if (ec) return diagnostics{{"", 0, field, to_string(at), "the address cannot be listened on: " + ec.message(), ""}};
  return held;
}

void service_proxy::remove_address(std::string const& name, ipv4_endpoint const& at) {
  on_thread([&](proxy_engine& engine) { engine.remove_address(name, at); });
}

void service_proxy::set_endpoints(std::string const& name, std::vector<proxy_endpoint> endpoints) {
  on_thread([&](proxy_engine& engine) { engine.set_endpoints(name, std::move(endpoints)); });
}

result<fault_id, diagnostics> service_proxy::add_fault(fault_request const& request) {
  auto read = read_fault(request);
  if (!read) return read.error();
  auto const& kind = *find_fault_kind(request.kind);
  active_fault fault{.id = fault_id{part_->next_fault++},
                     .name = std::make_shared<std::string const>(request.name.empty() ? request.kind : request.name),
                     .fault = std::move(*read),
                     .direction = request.direction.value_or(kind.usual_direction),
                     .seed = request.seed};
  auto const id = fault.id;
  on_thread([&](proxy_engine& engine) { engine.add_fault(request, std::move(fault)); });
  return id;
}

bool service_proxy::remove_fault(fault_id id) {
  return on_thread([&](proxy_engine& engine) { return engine.remove_fault(id); });
}

void service_proxy::set_probe_route(std::uint32_t client_address, std::optional<ipv4_endpoint> to) {
  on_thread([&](proxy_engine& engine) { engine.set_probe_route(client_address, to); });
}

proxy_usage service_proxy::usage() {
  return on_thread([](proxy_engine& engine) { return engine.usage(); });
}

}  // namespace holdfast::cluster
