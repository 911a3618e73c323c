#include "bookshop/testing/bookshop_system.hpp"

#include <csignal>
#include <stdexcept>

#include <unistd.h>

namespace holdfast::bookshop {

namespace {

std::string program_of(std::string const& service) {
  static std::map<std::string, std::string> const programs{
      {"book", BOOKSHOP_BOOK},     {"order", BOOKSHOP_ORDER},   {"delivery", BOOKSHOP_DELIVERY},
      {"mypage", BOOKSHOP_MYPAGE}, {"review", BOOKSHOP_REVIEW}, {"gateway", BOOKSHOP_GATEWAY}};
  return programs.at(service);
}

/// Tests run side by side: each process has an address of its own, where ports are free also for a restart.
std::string own_address() {
  auto const id = static_cast<unsigned>(getpid());
  constexpr unsigned first = 32, block = 64, byte = 256;
  return "127." + std::to_string(first + (id / byte / byte) % block) + '.' + std::to_string(id / byte % byte) + '.' +
         std::to_string(id % byte);
}

}  // namespace

bookshop_system::bookshop_system(environment for_all, std::map<std::string, environment> of_one)
    : client{own_address()}, address_{client.address()}, for_all_{std::move(for_all)}, of_one_{std::move(of_one)} {}

std::vector<std::string> const& bookshop_system::services() {
  static std::vector<std::string> const all{"book", "order", "delivery", "mypage", "review"};
  return all;
}

std::string bookshop_system::url(std::string_view service) const {
  return "http://" + address_ + ':' + std::to_string(local_port(service));
}

bookshop_system::environment bookshop_system::environment_of(std::string const& service) const {
  if (service == "gateway") return environment_of_gateway();
  environment all{{"BIND_ADDR", address_},
                  {"PORT", std::to_string(local_port(service))},
                  {"STATE_DIR", folder_.path(service)},
                  {"BROKER_ADDR", "file:" + events_folder()},
                  {"BOOK_URL", url("book")},
                  {"BOOK_SERVICE_HOST", address_},  // how a cluster tells what `book` is
                  {"BOOK_SERVICE_PORT", std::to_string(local_port("book"))},
                  {"INSTANCE", service},
                  {"LOG_LEVEL", "events"}};
  for (auto const& [name, is] : for_all_) all[name] = is;
  if (auto const own = of_one_.find(service); own != of_one_.end()) {
    for (auto const& [name, is] : own->second) all[name] = is;
  }
  return all;
}

void bookshop_system::start(std::string const& service) {
  auto& place = processes_[service];
  place.reset();
  place = std::make_unique<kit::service_process>(program_of(service), environment_of(service), folder_.path());
  if (place->port() == 0) throw std::runtime_error{service + " does not start: " + place->errors()};
}

void bookshop_system::start_all() {
  for (auto const& service : services()) {
    if (!is_running(service)) {
      processes_[service].reset();
      processes_[service] =
          std::make_unique<kit::service_process>(program_of(service), environment_of(service), folder_.path());
    }
  }
  for (auto const& service : services()) {
    if (process(service).port() == 0) {
      throw std::runtime_error{service + " does not start: " + process(service).errors()};
    }
  }
}

void bookshop_system::start_replica(std::string const& service) {
  auto variables = environment_of(service);
  variables["PORT"] = "0";
  variables["INSTANCE"] = service + "-2";
  replicas_[service] = std::make_unique<kit::service_process>(program_of(service), variables, folder_.path());
  if (replicas_[service]->port() == 0) throw std::runtime_error{"the second " + service + " does not start"};
}

void bookshop_system::stop_replica(std::string const& service) {
  replicas_.at(service)->send_signal(SIGTERM);
  replicas_.at(service)->wait();
  replicas_.erase(service);
}

bookshop_system::environment bookshop_system::environment_of_gateway() const {
  auto const to = [&](std::string const& path, std::string const& service, std::string const& there = {}) {
    return '/' + path + "/**=" + url(service) + there;
  };
  auto const routes = to("books", "book") + ',' + to("chkAndModifyStock", "book") + ',' + to("orders", "order") + ',' +
                      to("deliveries", "delivery") + ',' + to("reviews", "review") + ',' + to("mypages", "mypage") +
                      ',' + to("myPages", "mypage", "/mypages");
  return {{"BIND_ADDR", address()},
          {"PORT", std::to_string(local_port("gateway"))},
          {"ROUTES", routes},
          {"LOG_LEVEL", "events"}};
}

kit::probe_answer bookshop_system::ask_gateway(kit::probe_request const& what) const {
  return client.ask("gateway", what);
}

kit::probe_answer bookshop_system::ask_replica(std::string const& service, kit::probe_request const& what) {
  kit::probe_connection connection{replicas_.at(service)->port(), address()};
  return connection.is_connected() ? kit::ask(connection, what) : kit::probe_answer{};
}

bool bookshop_system::is_running(std::string const& service) {
  auto const found = processes_.find(service);
  return found != processes_.end() && found->second && found->second->is_running();
}

void bookshop_system::kill(std::string const& service) { process(service).kill_and_wait(); }

void bookshop_system::end(std::string const& service) {
  process(service).send_signal(SIGTERM);
  process(service).wait();
}

kit::probe_answer bookshop_system::ask(std::string_view service, kit::probe_request const& what) const {
  return client.ask(service, what);
}

kit::probe_answer bookshop_system::get(std::string_view service, std::string const& target) const {
  return client.ask(service, {.method = "GET", .target = target});
}

nlohmann::json bookshop_system::document(std::string_view service, std::string const& target) const {
  auto const answer = get(service, target);
  return answer.status == 200 ? answer.json() : nlohmann::json{};
}

}  // namespace holdfast::bookshop
