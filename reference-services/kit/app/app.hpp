#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <nlohmann/json.hpp>

#include "kit/app/capacity.hpp"
#include "kit/app/configuration.hpp"
#include "kit/app/media_types.hpp"
#include "kit/client/idempotency.hpp"
#include "kit/client/service_client.hpp"
#include "kit/documents/store.hpp"
#include "kit/events/consumer.hpp"
#include "kit/http/router.hpp"

namespace holdfast::kit {

class app;

/// Work of a service's own beside requests and events.
struct background_task {
  std::function<boost::asio::awaitable<void>()> run;  ///< started once; a failure ends the service
  std::function<void()> stop;                         ///< after the last request: `run` must end
};

/// What is particular to one service.
struct service_description {
  std::string system;  ///< "bookshop": also the topic's default name
  std::string name;    ///< "order"
  std::uint16_t port = 8080;
  std::vector<config_key> keys;      ///< besides common_keys()
  std::vector<table_schema> tables;  ///< its documents
  std::vector<std::string>
      defects;  ///< ids besides the general ones that DEFECTS may name and MODE=original switches on
  framework_generation generation = framework_generation::v2_1;
  std::function<void(app&)> build;  ///< declares routes, event handlers, clients
};

/// The running service as its own code sees it. Lives on one thread. What `build` declares stays; declare nothing
/// later.
class app {
 public:
  virtual ~app() = default;
  virtual boost::asio::any_io_executor executor() = 0;
  virtual configuration const& config() const = 0;
  virtual store& documents() = 0;
  virtual router& routes() = 0;
  virtual kit::capacity& capacity() = 0;
  virtual call_tables const& calls() const = 0;

  /// Puts an event into the outbox: envelope of 1.4 with `fields` after eventType and timestamp, eventId at the end. It
  /// is published if and only if the transaction commits (G-02 and G-03 undo that). On the store's thread.
  virtual void publish(transaction& in, std::string_view type, std::int64_t correlation,
                       nlohmann::ordered_json const& fields) = 0;
  virtual void on_event(std::string type, event_handler apply) = 0;
  virtual void add_task(std::string name, background_task what) = 0;
  /// A client for another service with the CB_* settings; its state shows in metrics. It lives as long as the app.
  virtual service_client& add_client(std::string name, std::string base_url) = 0;
  virtual abort_courier& aborts() = 0;  ///< not before build() has ended
  /// Tells relay and courier that something was committed. After each store write that published or gave up.
  virtual void committed() = 0;
  virtual std::int64_t wall_ms() const = 0;  ///< for time stamps
  /// One JSON line with time, instance and these fields. From any thread.
  virtual void log(nlohmann::ordered_json const& fields) = 0;
};

/// main() of a service: --help, --version, configuration from the environment, start-up, serving, drain on SIGTERM and
/// SIGINT. Returns the exit code: 0 after a drain, 2 wrong configuration, 3 could not run.
int run_service(int argc, char const* const* argv, service_description what);

}  // namespace holdfast::kit
