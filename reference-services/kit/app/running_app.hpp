#pragma once

#include <cstdint>
#include <exception>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "kit/app/app.hpp"
#include "kit/app/line_log.hpp"
#include "kit/app/request_metrics.hpp"
#include "kit/client/idempotency.hpp"
#include "kit/events/outbox.hpp"
#include "kit/http/server.hpp"
#include "kit/http/task_group.hpp"

namespace holdfast::kit {

/// A service from its start to its end. Everything on the io_context's thread, except publish() and log().
class running_app final : public app {
 public:
  running_app(boost::asio::io_context& context, service_description what, configuration config);
  ~running_app() override;

  /// Starts, serves until stop(), drains. The exit code. Failures of the start are thrown.
  boost::asio::awaitable<int> run();
  /// Begins the end; at any time after construction.
  void stop();

  boost::asio::any_io_executor executor() override { return executor_; }
  configuration const& config() const override { return config_; }
  store& documents() override { return *documents_; }
  router& routes() override { return routes_; }
  kit::capacity& capacity() override { return capacity_; }
  call_tables const& calls() const override { return call_tables_; }
  void publish(transaction& in, std::string_view type, std::int64_t correlation,
               nlohmann::ordered_json const& fields) override;
  void on_event(std::string type, event_handler apply) override;
  void add_task(std::string name, background_task what) override {
    tasks_.emplace_back(std::move(name), std::move(what));
  }
  service_client& add_client(std::string name, std::string base_url) override;
  abort_courier& aborts() override { return *courier_; }
  void committed() override;
  std::int64_t wall_ms() const override;
  void log(nlohmann::ordered_json const& fields) override;

 private:
  void open_documents();
  void add_own_routes();
  void start_background();
  void start_server();
  boost::asio::awaitable<void> end();
  boost::asio::awaitable<void> flush_outbox(time_point until);
  boost::asio::awaitable<void> watched(std::string name, boost::asio::awaitable<void> task);
  boost::asio::awaitable<bool> wait_for_stop(nanoseconds at_most);
  server_settings make_server_settings();
  void on_failure(request const* asked, std::exception_ptr const& failure);
  void on_finished(finished_request const& of);
  static bool is_own_route(std::string_view pattern);
  response health(request const& asked, bool with_event_log);
  response metrics();

  boost::asio::any_io_executor executor_;
  service_description what_;
  configuration config_;
  std::string instance_;
  std::thread::id thread_;
  line_log lines_;
  bool logs_events_, logs_requests_;
  std::string line_;  // reused
  request_metrics requests_;
  kit::capacity capacity_;
  event_tables event_tables_;
  call_tables call_tables_;

  std::unique_ptr<store> sqlite_;
  std::unique_ptr<event_log> event_log_;
  std::unique_ptr<store> publishing_;  // before sqlite_, with G-02 or G-03
  store* documents_ = nullptr;
  router routes_;
  std::vector<std::unique_ptr<service_client>> clients_;
  std::list<std::pair<std::string, event_handler>> handlers_;
  std::map<std::string, std::uint64_t, std::less<>> applied_;
  std::vector<std::pair<std::string, background_task>> tasks_;
  std::unique_ptr<abort_courier> courier_;
  std::unique_ptr<outbox_relay> relay_;
  std::unique_ptr<consumer> consumer_;
  std::unique_ptr<http_server> server_;
  task_group background_;
  task_group serving_;
  boost::asio::steady_timer stopping_;  // never expires; cancelled by stop()
  bool is_stopping_ = false;
  bool is_draining_ = false;
  int exit_code_ = 0;
};

}  // namespace holdfast::kit
