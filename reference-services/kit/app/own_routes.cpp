// Health and metrics of every service.
#include "kit/app/json_text.hpp"
#include "kit/app/process_facts.hpp"
#include "kit/app/running_app.hpp"

namespace holdfast::kit {

namespace {

response json_answer(unsigned status, std::string body) {
  return {.status = status, .content_type = "application/json;charset=UTF-8", .body = std::move(body), .headers = {}};
}

double state_number(breaker_state state) {
  switch (state) {
    case breaker_state::closed:
      return 0;
    case breaker_state::half_open:
      return 1;
    case breaker_state::open:
      return 2;
  }
  return 0;
}

double number(std::uint64_t n) { return static_cast<double>(n); }
double number(std::int64_t n) { return static_cast<double>(n); }

void write_clients(prometheus_text& out, std::vector<std::unique_ptr<service_client>> const& clients) {
  if (clients.empty()) return;
  out.family("holdfast_breaker_state", "gauge", "Circuit breaker: 0 closed, 1 half-open, 2 open.");
  for (auto const& c : clients) {
    out.sample("holdfast_breaker_state", {{"client", c->settings().name}}, state_number(c->state()));
  }
  out.family("holdfast_breaker_opened_total", "counter", "Times that the breaker opened.");
  for (auto const& c : clients) {
    out.sample("holdfast_breaker_opened_total", {{"client", c->settings().name}}, number(c->breaker().opened()));
  }
  out.family("holdfast_client_calls_total", "counter", "Calls to other services by their end.");
  for (auto const& c : clients) {
    auto const counts = c->counts();
    auto const one = [&](std::string_view end, std::uint64_t n) {
      out.sample("holdfast_client_calls_total", {{"client", c->settings().name}, {"end", end}}, number(n));
    };
    one("answered", counts.answered);
    one("failed", counts.failed);
    one("timed_out", counts.timed_out);
    one("rejected", counts.rejected);
    one("short_circuited", counts.short_circuited);
    one("fallback", counts.fallbacks);
  }
  out.family("holdfast_client_calls_in_flight", "gauge", "Calls that wait for their answers.");
  for (auto const& c : clients) {
    out.sample("holdfast_client_calls_in_flight", {{"client", c->settings().name}}, c->counts().in_flight);
  }
}

void write_gauge(prometheus_text& out, std::string_view name, std::string_view help, double is) {
  out.family(name, "gauge", help);
  out.sample(name, {}, is);
}

void write_counter(prometheus_text& out, std::string_view name, std::string_view help, double is) {
  out.family(name, "counter", help);
  out.sample(name, {}, is);
}

}  // namespace

void running_app::add_own_routes() {
  routes_.add("GET", "/actuator/health", quick_handler{[this](request const& r) { return health(r, true); }});
  routes_.add("GET", "/actuator/health/readiness",
              quick_handler{[this](request const& r) { return health(r, false); }});
  routes_.add("GET", "/actuator/health/liveness",
              quick_handler{[](request const&) { return json_answer(200, R"({"status":"UP"})"); }});
  routes_.add("GET", "/metrics", quick_handler{[this](request const&) { return metrics(); }});
}

/// Probes and metrics cost no modelled work.
bool running_app::is_own_route(std::string_view pattern) {
  return pattern.starts_with("/actuator/") || pattern == "/metrics";
}

/// Readiness leaves the event log out: the outbox keeps what cannot be published yet, so requests are still welcome.
response running_app::health(request const&, bool with_event_log) {
  std::optional<std::string> trouble;
  if (is_draining_) trouble = "draining";
  if (!trouble) trouble = documents_->trouble();
  if (!trouble && with_event_log) trouble = event_log_->trouble();
  if (!trouble) return json_answer(200, R"({"status":"UP"})");
  std::string body = R"({"status":"DOWN","reason":)";
  append_json_string(body, *trouble);
  body += '}';
  return json_answer(503, std::move(body));
}

response running_app::metrics() {
  prometheus_text out;
  out.family("holdfast_service_info", "gauge", "Which service this is.");
  out.sample("holdfast_service_info",
             {{"system", what_.system},
              {"service", what_.name},
              {"instance", instance_},
              {"version", config_.text("VERSION")}},
             1);
  requests_.write(out);
  write_clients(out, clients_);
  if (consumer_) {
    write_gauge(out, "holdfast_consumer_lag", "Records of the topic that are not applied yet; -1: unknown.",
                number(consumer_->lag()));
    write_counter(out, "holdfast_consumer_retries_total", "Records that were tried again.",
                  number(consumer_->retries()));
    write_counter(out, "holdfast_events_skipped_total", "Records given up after failures of their handler (G-04).",
                  number(consumer_->skipped()));
    out.family("holdfast_events_applied_total", "counter", "Applied events by type.");
    for (auto const& [type, count] : applied_) {
      out.sample("holdfast_events_applied_total", {{"type", type}}, number(count));
    }
  }
  write_gauge(out, "holdfast_outbox_depth", "Events that are committed and not in the log yet; -1: unknown.",
              number(relay_->depth()));
  write_gauge(out, "holdfast_aborts_pending", "Abort commands to be delivered; -1: unknown.",
              number(courier_->depth()));
  try {
    auto const dead = documents_->read([&](reader& in) { return in.count(event_tables_.dead_letters); });
    write_gauge(out, "holdfast_dead_letters", "Records that could not be read.", number(dead));
    auto const begun = documents_->read([&](reader& in) { return in.count(call_tables_.intents); });
    write_gauge(out, "holdfast_intents_pending", "Calls to other services whose outcome is not committed yet.",
                number(begun));
  } catch (store_failure const&) {  // the other figures are wanted most just then
  }
  write_gauge(out, "holdfast_pool_size", "Database connections of the capacity model; 0: any number.",
              number(std::uint64_t{capacity_.connections()}));
  write_gauge(out, "holdfast_pool_in_use", "Database connections in use.", number(std::uint64_t{capacity_.in_use()}));
  write_gauge(out, "holdfast_pool_waiting", "Requests that wait for a database connection.",
              number(std::uint64_t{capacity_.waiting()}));
  write_gauge(out, "holdfast_http_connections", "Open connections.",
              number(std::uint64_t{server_->open_connections()}));
  write_gauge(out, "holdfast_http_requests_in_flight", "Requests in work.",
              number(std::uint64_t{server_->requests_in_flight()}));
  write_counter(out, "holdfast_log_lines_dropped_total", "Log lines that nobody read in time.",
                number(lines_.dropped()));
  write_counter(out, "process_cpu_seconds_total", "User and system processor time.",
                in_seconds(clock_seam::process_cpu_time()));
  write_gauge(out, "process_resident_memory_bytes", "Resident memory.", number(resident_bytes()));
  return {.status = 200, .content_type = std::string{prometheus_text::content_type}, .body = out.take(), .headers = {}};
}

}  // namespace holdfast::kit
