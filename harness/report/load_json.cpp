#include "report/load_json.hpp"

#include <fmt/format.h>

#include "core/json_document.hpp"
#include "report/load_json_parts.hpp"
#include "report/number_text.hpp"

namespace holdfast::report {
namespace {

std::string pretty(json const& value) { return value.dump(2, ' ', false, json::error_handler_t::replace) + '\n'; }

json head(std::string_view state, load_description const& about, wall_time started_at, bool with_scenario_text) {
  json all{{"schema", load_schema}, {"state", state}, {"started_at", utc_text(started_at)}};
  all.update(json_of(about, with_scenario_text));
  return all;
}

json requests_json(load_report const& report) {
  auto const& ledger = report.ledger;
  return {{"scheduled", ledger.scheduled},     {"started", ledger.started},
          {"completed", ledger.completed()},   {"ok", ledger.ok()},
          {"failed", ledger.failed()},         {"late", ledger.late},
          {"queued", ledger.queued},           {"dropped", ledger.dropped},
          {"unfinished", ledger.unfinished()}, {"longest_queue", ledger.longest_queue}};
}

json statuses_json(load_report const& report) {
  json all = json::object();
  report.statuses.for_each(
      [&](std::uint16_t status, std::uint64_t count) { all[status == 0 ? "other" : std::to_string(status)] = count; });
  return all;
}

json by_name_json(load_report const& report) {
  json all = json::array();
  for (auto const& request : report.requests) {
    all.push_back({{"name", request.name},
                   {"ended", request.ended()},
                   {"ok", request.ok()},
                   {"outcomes", json_of(request.outcomes)},
                   {"latency", json_of(request.response)},
                   {"service_time", json_of(request.service)}});
  }
  return all;
}

json causes_json(load_report const& report) {
  json all = json::array();
  for (auto const& cause : report.causes) {
    all.push_back({{"outcome", load::key_of(cause.reason)}, {"detail", cause.detail}, {"count", cause.count}});
  }
  return all;
}

json traffic_json(load_report const& report) {
  return {{"received_bytes", report.bytes_received},
          {"body_bytes", report.body_bytes},
          {"sent_bytes", report.bytes_sent},
          {"connections_opened", report.connections_opened},
          {"exchanges", report.attempts}};
}

std::string_view phase_of(load::outcome reason) {
  switch (reason) {
    case load::outcome::resolve_failed:
      return "resolve";
    case load::outcome::connect_refused:
    case load::outcome::connect_timeout:
      return "connect";
    case load::outcome::tls_failed:
      return "tls";
    case load::outcome::reset:
    case load::outcome::closed_early:
    case load::outcome::response_timeout:
    case load::outcome::malformed_answer:
    case load::outcome::cancelled_at_end:
      return "exchange";
    default:
      return "answer";
  }
}

void add_quantiles(json& to, std::string const& name, stats::censored_distribution const& values) {
  auto const figures = figures_of(values);
  auto const us = [](auto const& q) { return q ? json(microseconds(q->value)) : json(nullptr); };
  to[name + "_p50_us"] = us(figures.p50());
  to[name + "_p99_us"] = us(figures.p99());
}

}  // namespace

std::string load_json(load_report const& report, json_detail detail) {
  auto all = head(report.was_interrupted ? "interrupted" : "finished", report.about, report.started_at,
                  detail == json_detail::record);
  all["load_length_s"] = in_seconds(report.load_length);
  all["total_length_s"] = in_seconds(report.total_length);
  all["throughput_window_s"] = in_seconds(report.window_length);
  all["rates"] = {{"offered_per_second", report.rates.offered},
                  {"started_per_second", report.rates.started},
                  {"throughput_per_second", report.rates.throughput},
                  {"goodput_per_second", report.rates.goodput}};
  all["requests"] = requests_json(report);
  all["latency"] = json_of(report.response);
  all["service_time"] = json_of(report.service);
  all["queue_time"] = json_of(report.queue);
  all["slip"] = json_of(report.slip);
  all["outcomes"] = json_of(report.ledger.ended);
  all["statuses"] = statuses_json(report);
  all["failure_causes"] = causes_json(report);
  all["by_request"] = by_name_json(report);
  all["traffic"] = traffic_json(report);
  all["generator"] = json_of(report.generator);
  all["measurement"] = json_of(report.validity, report.broken_equations);
  if (report.folder) {
    all["folder"] = {{"path", report.folder->path},
                     {"complete", report.folder->problem.empty()},
                     {"problem", report.folder->problem}};
  }
  return pretty(all);
}

std::string begun_run_json(load_description const& about, wall_time started_at) {
  return pretty(head("running", about, started_at, true));
}

std::string timeline_line(load::interval_record const& interval, time_point start) {
  auto const length = interval.ended - interval.began;
  auto const& ledger = interval.ledger;
  json line{{"offset_s", in_seconds(interval.began - start)},
            {"length_s", in_seconds(length)},
            {"scheduled", ledger.scheduled},
            {"started", ledger.started},
            {"ok", ledger.ok()},
            {"failed", ledger.failed()},
            {"unfinished", ledger.unfinished()},
            {"dropped", ledger.dropped},
            {"late", ledger.late},
            {"queued", ledger.queued},
            {"in_flight", interval.in_flight}};
  stats::censored_distribution response, service;
  for (auto const& request : interval.requests) {
    response.merge(request.response);
    service.merge(request.service);
  }
  add_quantiles(line, "latency", response);
  add_quantiles(line, "service", service);
  line["timed_count"] = response.count();
  line["at_least_count"] = response.censored().count();
  line["received_bytes"] = interval.bytes_received;
  line["sent_bytes"] = interval.bytes_sent;
  line["connections_opened"] = interval.connections_opened;
  line["cpu_share"] = length > nanoseconds{0} ? in_seconds(interval.cpu) / in_seconds(length) : 0;
  return compact(line) + '\n';
}

std::string failure_line(load::failure_record const& failure, time_point start, std::string_view request_name) {
  // A failing target can make a hundred thousand of these in a second: written by hand, a tenth of the time.
  auto const offset = [&](time_point at) { return in_seconds(at - start); };
  std::string line;
  auto const text = [&](std::string_view key, std::string_view value) {
    line += fmt::format(",\"{}\":\"", key);
    append_json_escaped(printable(value, 4096), line);
    line += '"';
  };
  line = fmt::format(R"({{"offset_s":{:.6f},"due_s":{:.6f},"sent_s":{:.6f})", offset(failure.ended),
                     offset(failure.intended), offset(failure.started));
  text("request", request_name);
  line += fmt::format(R"(,"phase":"{}","outcome":"{}","status":{},"shard":{},"user":{},"connection":{})",
                      phase_of(failure.reason), load::key_of(failure.reason), failure.status, failure.shard,
                      failure.user, failure.connection);
  text("peer", failure.peer);
  text("detail", failure.detail);
  return line + "}\n";
}

}  // namespace holdfast::report
