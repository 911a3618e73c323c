#include "kit/app/running_app.hpp"

#include <algorithm>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "kit/app/access_log.hpp"
#include "kit/app/error_page.hpp"
#include "kit/app/intent_life.hpp"
#include "kit/app/process_facts.hpp"
#include "kit/app/program.hpp"
#include "kit/app/separate_publication.hpp"
#include "kit/app/time_text.hpp"
#include "kit/events/envelope.hpp"

namespace holdfast::kit {

namespace asio = boost::asio;

running_app::running_app(asio::io_context& context, service_description what, configuration config)
    : executor_{context.get_executor()},
      what_{std::move(what)},
      config_{std::move(config)},
      instance_{config_.text("INSTANCE").empty() ? default_instance_name() : config_.text("INSTANCE")},
      thread_{std::this_thread::get_id()},
      lines_{executor_, {}},
      logs_events_{config_.text("LOG_LEVEL") != "off"},
      logs_requests_{config_.text("LOG_LEVEL") == "info"},
      capacity_{executor_, static_cast<std::size_t>(config_.number("DB_POOL")), config_.duration("DB_WAIT_MS")},
      background_{executor_},
      serving_{executor_},
      stopping_{executor_, time_point::max()} {}

running_app::~running_app() = default;

asio::awaitable<int> running_app::run() {
  // Not inside the condition: g++ 12 then puts the result where the frame's own fields belong.
  bool const ends_already = co_await wait_for_stop(config_.duration("STARTUP_DELAY_MS"));
  if (ends_already) co_return 0;
  open_documents();
  what_.build(*this);
  add_own_routes();
  start_server();  // before the tasks: nothing is spawned that a failing start would have to join
  start_background();
  co_await wait_for_stop(nanoseconds::max());
  co_await end();
  co_return exit_code_;
}

void running_app::stop() {
  is_stopping_ = true;
  stopping_.cancel();
}

/// True when the service is to end.
asio::awaitable<bool> running_app::wait_for_stop(nanoseconds at_most) {
  if (!is_stopping_ && at_most > nanoseconds{0}) {
    if (at_most == nanoseconds::max()) {
      stopping_.expires_at(time_point::max());
    } else {
      stopping_.expires_after(at_most);
    }
    co_await stopping_.async_wait(asio::as_tuple(asio::use_awaitable));
  }
  co_return is_stopping_;
}

void running_app::open_documents() {
  auto tables = what_.tables;
  event_tables_ = event_tables_after(tables.size());
  for (auto& schema : event_table_schemas()) tables.push_back(std::move(schema));
  call_tables_ = call_tables_after(tables.size());
  for (auto& schema : call_table_schemas()) tables.push_back(std::move(schema));

  bool const survives_power_loss = config_.text("STORE_SYNC") == "full";
  sqlite_ = open_sqlite_store(executor_,
                              {.folder = config_.has_defect("G-01") ? std::string{} : config_.text("STATE_DIR"),
                               .survives = survives_power_loss ? durability::power_loss : durability::process_crash},
                              std::move(tables));
  bool const is_known = config_.text("LOST_LOG") == "wait" &&
                        sqlite_->read([this](reader& in) { return has_had_log(in, event_tables_); });
  event_log_ = open_sqlite_event_log(executor_, {.folder = config_.text("BROKER_ADDR").substr(5),  // "file:"
                                                 .partitions = static_cast<std::uint32_t>(config_.number("PARTITIONS")),
                                                 .survives_power_loss = survives_power_loss,
                                                 .is_known = is_known});
  documents_ = sqlite_.get();
  publication_defects const defects{.rolled_back_too = config_.has_defect("G-02"),
                                    .apart_from_commit = config_.has_defect("G-03")};
  if (!defects.any()) return;
  publishing_ = with_publication_defects(*sqlite_, *event_log_, event_tables_, defects, [this](std::string why) {
    log({{"event", "events_lost"}, {"reason", std::move(why)}});
  });
  documents_ = publishing_.get();
}

void running_app::start_server() {
  server_ = http_server::listen(executor_, make_server_settings(), std::move(routes_));
  write_port_file(config_.text("PORT_FILE"), server_->port());
  log({{"event", "listening"},
       {"system", what_.system},
       {"service", what_.name},
       {"address", config_.text("BIND_ADDR")},
       {"port", server_->port()},
       {"version", config_.text("VERSION")},
       {"mode", config_.text("MODE")}});
}

void running_app::start_background() {
  std::vector<service_client*> clients;
  for (auto const& client : clients_) clients.push_back(client.get());
  courier_ =
      std::make_unique<abort_courier>(executor_, *documents_, call_tables_, std::move(clients), intent_life(config_));
  relay_ = std::make_unique<outbox_relay>(executor_, *documents_, event_tables_, *event_log_, instance_);
  background_.spawn(watched("relay", relay_->run()));
  if (!clients_.empty()) background_.spawn(watched("courier", courier_->run()));
  if (!handlers_.empty()) {
    consumer_settings settings{.topic = config_.text("TOPIC"), .group = what_.name, .member = instance_};
    if (config_.has_defect("G-04")) {
      settings.give_up_after = 3;
      settings.first_retry = from_seconds(config_.decimal("TIME_SCALE"));  // 1 s, then 2 s
    }
    settings.remember_events = !config_.is_original();
    consumer_ = std::make_unique<consumer>(executor_, *documents_, event_tables_, *event_log_, std::move(settings));
    for (auto& [type, apply] : handlers_) consumer_->on(type, apply);
    consumer_->on_applied([this](event const& what, nanoseconds lag) {
      if (auto const counted = applied_.find(what.type); counted != applied_.end()) ++counted->second;
      committed();  // its effect may have been an event of our own
      if (logs_requests_) {
        log({{"event", "applied"}, {"type", what.type}, {"id", what.id}, {"lag_us", lag.count() / 1000}});
      }
    });
    background_.spawn(watched("consumer", consumer_->run()));
  }
  for (auto const& [name, task] : tasks_) background_.spawn(watched(name, task.run()));
  serving_.spawn(watched("server", server_->run()));
}

/// A task that fails is a bug; the service must not go on without it and look healthy.
asio::awaitable<void> running_app::watched(std::string name, asio::awaitable<void> task) {
  try {
    co_await std::move(task);
  } catch (std::exception const& failure) {
    log({{"event", "task_failed"}, {"task", name}, {"reason", failure.what()}});
    exit_code_ = 3;
    stop();
  }
}

asio::awaitable<void> running_app::end() {
  is_draining_ = true;
  log({{"event", "draining"}});
  auto const grace = config_.duration("DRAIN_GRACE_MS");
  co_await server_->drain(config_.duration("DRAIN_DELAY_MS"), grace);
  co_await serving_.join();
  if (consumer_) consumer_->stop();
  for (auto const& [name, task] : tasks_) task.stop();
  courier_->stop();
  constexpr nanoseconds longest_flush{2'000'000'000};  // with durable documents nothing is lost by ending earlier
  co_await flush_outbox(clock_seam::now() + std::min(grace, longest_flush));
  relay_->stop();
  co_await background_.join();
  for (auto const& client : clients_) client->close();  // or their kept connections would keep the process
  log({{"event", "stopped"}, {"requests", requests_.total()}});
  lines_.stop();
}

asio::awaitable<void> running_app::flush_outbox(time_point until) {
  asio::steady_timer pause{executor_};
  while (relay_->depth() > 0 && clock_seam::now() < until && exit_code_ == 0) {
    relay_->wake();
    pause.expires_after(std::chrono::milliseconds{5});
    co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
  }
}

server_settings running_app::make_server_settings() {
  auto const count = [&](std::string_view key) { return static_cast<std::size_t>(config_.number(key)); };
  server_settings settings;
  settings.address = config_.text("BIND_ADDR");
  settings.port = static_cast<std::uint16_t>(config_.number("PORT"));
  settings.limits.connections = count("MAX_CONNECTIONS");
  settings.limits.header_bytes = count("MAX_HEADER_BYTES");
  settings.limits.body_bytes = count("MAX_BODY_BYTES");
  settings.limits.concurrent_requests = count("MAX_THREADS");
  settings.limits.header_time = config_.duration("HEADER_TIMEOUT_MS");
  settings.limits.body_time = config_.duration("BODY_TIMEOUT_MS");
  settings.limits.idle_time = config_.duration("IDLE_TIMEOUT_MS");
  settings.every_answer = {{"X-Instance", instance_}, {"X-Version", config_.text("VERSION")}};
  settings.error_page = [this](request const* asked, unsigned status) {
    if (asked != nullptr) return error_response(what_.generation, *asked, status);
    return error_response({.generation = what_.generation, .status = status, .path = "", .now = clock_seam::wall_now()},
                          std::nullopt);
  };
  if (auto const work = nanoseconds{config_.number("WORK_CPU_US") * 1000}; work > nanoseconds{0}) {
    settings.before_handler = [this, work](request const& asked) {
      if (!is_own_route(asked.route)) burn_processor_time(work);
    };
  }
  settings.on_failure = [this](request const* asked, std::exception_ptr const& failure) { on_failure(asked, failure); };
  settings.on_finished = [this](finished_request const& of) { on_finished(of); };
  return settings;
}

void running_app::on_failure(request const* asked, std::exception_ptr const& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (std::exception const& why) {
    log({{"event", "failed"}, {"path", asked != nullptr ? asked->path : std::string{}}, {"reason", why.what()}});
  }
}

void running_app::on_finished(finished_request const& of) {
  auto const has_head = of.asked != nullptr;
  requests_.record(has_head ? std::string_view{of.asked->method} : "other",
                   has_head ? std::string_view{of.asked->route} : "", of.status, of.took);
  if (!logs_requests_) return;
  write_request_line(line_, clock_seam::wall_now(), instance_, of);
  lines_.add(line_);
}

void running_app::publish(transaction& in, std::string_view type, std::int64_t correlation,
                          nlohmann::ordered_json const& fields) {
  auto own = fields;
  own["me"] = true;  // an artefact of the originals that their messages carry
  auto const year = config_.has_defect("G-07") ? stamp_year::week_based : stamp_year::calendar;
  auto envelope = make_envelope(type, format_stamp(local_time(clock_seam::wall_now()), year), own, new_event_id());
  publish_record(in, event_tables_,
                 {.topic = config_.text("TOPIC"), .key = std::to_string(correlation), .value = std::move(envelope)});
}

void running_app::on_event(std::string type, event_handler apply) {
  applied_[type] = 0;
  handlers_.emplace_back(std::move(type), std::move(apply));
}

service_client& running_app::add_client(std::string name, std::string base_url) {
  client_settings settings;
  settings.name = std::move(name);
  settings.base_url = std::move(base_url);
  settings.timeout = config_.duration("CB_TIMEOUT_MS");
  settings.pool = static_cast<std::uint32_t>(config_.number("CB_POOL"));
  settings.use_breaker = config_.text("CB_ENABLED") == "on";
  auto& breaker = settings.breaker;
  breaker.volume_threshold = static_cast<std::uint32_t>(config_.number("CB_VOLUME"));
  breaker.error_percentage = static_cast<std::uint32_t>(config_.number("CB_ERROR_PCT"));
  constexpr int buckets = 20;
  breaker.window = config_.duration("CB_WINDOW_MS");
  breaker.bucket = std::max(breaker.window / buckets, nanoseconds{1});
  breaker.sleep_window = config_.duration("CB_SLEEP_MS");
  clients_.push_back(service_client::make(executor_, std::move(settings)));
  return *clients_.back();
}

void running_app::committed() {
  if (relay_) relay_->wake();
  if (courier_) courier_->wake();
}

std::int64_t running_app::wall_ms() const { return milliseconds_since_1970(clock_seam::wall_now()); }

void running_app::log(nlohmann::ordered_json const& fields) {
  if (!logs_events_) return;
  std::string line;
  begin_log_line(line, clock_seam::wall_now(), instance_, fields.value("event", "note"));
  for (auto const& [name, is] : fields.items()) {
    if (name == "event") continue;
    line += ',';
    line += nlohmann::ordered_json(name).dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    line += ':';
    line += is.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  }
  line += '}';
  if (std::this_thread::get_id() == thread_) {
    lines_.add(line);
  } else {
    asio::post(executor_, [this, line = std::move(line)] { lines_.add(line); });
  }
}

}  // namespace holdfast::kit
