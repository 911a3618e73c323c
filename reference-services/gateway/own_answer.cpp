#include <algorithm>
#include <array>
#include <optional>

#include "gateway/gateway_core.hpp"
#include "kit/app/error_page.hpp"
#include "kit/app/process_facts.hpp"
#include "kit/app/prometheus_text.hpp"

namespace holdfast::gateway {
namespace {

kit::response health(unsigned status, std::string_view body) {
  return {.status = status, .content_type = "application/json;charset=UTF-8", .body = std::string{body}, .headers = {}};
}

void write_one(kit::prometheus_text& out, std::string_view name, std::string_view type, std::string_view help,
               double number) {
  out.family(name, type, help);
  out.sample(name, {}, number);
}

void write_backends(kit::prometheus_text& out, gateway_core const& core) {
  constexpr std::string_view failures = "holdfast_gateway_backend_failures_total";
  out.family(failures, "counter", "Requests that a backend did not answer, by reason.");
  for (auto const& each : core.backends) {
    for (auto const& [why, count] : each->failures()) {
      out.sample(failures, {{"backend", each->name()}, {"reason", name_of(why)}}, static_cast<double>(count));
    }
  }
  constexpr std::string_view opened = "holdfast_gateway_connections_opened_total";
  out.family(opened, "counter", "Connections made to a backend; all other requests used a kept one.");
  for (auto const& each : core.backends) {
    out.sample(opened, {{"backend", each->name()}}, static_cast<double>(each->connections_opened()));
  }
  constexpr std::string_view kept = "holdfast_gateway_connections_kept";
  out.family(kept, "gauge", "Connections to a backend that wait for the next request.");
  for (auto const& each : core.backends) {
    out.sample(kept, {{"backend", each->name()}}, static_cast<double>(each->kept()));
  }
}

kit::response metrics(gateway_core const& core) {
  kit::prometheus_text out;
  out.family("holdfast_service_info", "gauge", "Which service this is.");
  out.sample("holdfast_service_info",
             {{"service", "gateway"}, {"instance", core.config.instance}, {"version", core.config.version}}, 1);
  core.requests.write(out);
  write_backends(out, core);
  write_one(out, "holdfast_gateway_cut_answers_total", "counter", "Answers that were begun and could not be finished.",
            static_cast<double>(core.cut_answers));
  write_one(out, "holdfast_http_connections", "gauge", "Open connections.", static_cast<double>(core.open.size()));
  write_one(out, "holdfast_http_requests_in_flight", "gauge", "Requests in work.", static_cast<double>(core.in_flight));
  write_one(out, "holdfast_log_lines_dropped_total", "counter", "Log lines that nobody read in time.",
            static_cast<double>(core.lines.dropped()));
  write_one(out, "process_cpu_seconds_total", "counter", "User and system processor time.",
            in_seconds(clock_seam::process_cpu_time()));
  write_one(out, "process_resident_memory_bytes", "gauge", "Resident memory.",
            static_cast<double>(kit::resident_bytes()));
  return {.status = 200,
          .content_type = std::string{kit::prometheus_text::content_type},
          .body = out.take(),
          .headers = {}};
}

}  // namespace

std::optional<kit::response> own_answer(gateway_core const& core, kit::request const& asked) {
  constexpr std::array<std::string_view, 4> paths{"/actuator/health", "/actuator/health/liveness",
                                                  "/actuator/health/readiness", "/metrics"};
  std::string_view path{asked.path};
  if (path.ends_with('/')) path.remove_suffix(1);
  auto const found = std::ranges::find(paths, path);
  if (found == paths.end()) return std::nullopt;
  if (asked.method != "GET" && asked.method != "HEAD") {
    auto refusal = kit::error_response(kit::framework_generation::v2_1, asked, 405);
    refusal.headers.push_back({"Allow", "GET, HEAD"});
    return refusal;
  }
  if (path == "/metrics") return metrics(core);
  // What its backends do is their own probes' business: a gateway that is taken out for them helps nobody.
  if (core.is_draining && path != "/actuator/health/liveness") {
    return health(503, R"({"status":"DOWN","reason":"draining"})");
  }
  return health(200, R"({"status":"UP"})");
}

}  // namespace holdfast::gateway
