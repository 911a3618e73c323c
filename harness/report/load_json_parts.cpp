#include "report/load_json_parts.hpp"

#include "report/load_sentence.hpp"
#include "report/sha256.hpp"

namespace holdfast::report {
namespace {

template <class Value, class Convert>
json or_null(std::optional<Value> const& value, Convert&& convert) {
  return value ? json(convert(*value)) : json(nullptr);
}

json or_null(std::optional<std::uint64_t> const& value) { return value ? json(*value) : json(nullptr); }

json limit_json(std::optional<load::use_of_limit> const& use) {
  if (!use) return nullptr;
  return {{"used", use->used}, {"limit", use->limit}};
}

json closed_json(load::closed_loop_plan const& plan) {
  return {{"kind", "closed_loop"},
          {"users", load::peak_users(plan)},
          {"ramp_s", in_seconds(plan.ramp)},
          {"think_time", think_text(plan.think)},
          {"duration_s", or_null(plan.duration, in_seconds)},
          {"requests", or_null(plan.requests)},
          {"iterations_per_user", or_null(plan.iterations_per_user)}};
}

json open_json(load::open_loop const& loop) {
  return {{"kind", "open_loop"},
          {"duration_s", in_seconds(loop.schedule.length())},
          {"requests", loop.schedule.expected_total()},
          {"users", loop.users},
          {"queue_length", loop.queue_length}};
}

json tls_json(net::tls_options const& tls) {
  return {{"verify", tls.verify == net::peer_verification::on},
          {"ca_file", tls.ca_file},
          {"certificate_file", tls.certificate_file}};
}

json finding_json(load::finding const& finding) {
  return {{"rule", load::key_of(finding.rule)},
          {"severity", finding.weight == load::severity::breach ? "breach" : "note"},
          {"text", finding.text},
          {"affected", finding.affected}};
}

}  // namespace

double microseconds(nanoseconds time) { return static_cast<double>(time.count()) / 1e3; }

json json_of(time_figures const& figures) {
  json at_least = json::array();
  json all{{"count", figures.count}, {"at_least_count", figures.at_least}, {"above_range_count", figures.above_range}};
  for (std::size_t i = 0; i < percentiles.size(); ++i) {
    auto const& value = figures.quantiles[i];
    all[std::string{percentiles[i].key} + "_us"] = or_null(value, [](auto const& q) { return microseconds(q.value); });
    if (value && value->at_least) at_least.push_back(percentiles[i].key);
  }
  auto const figure = [&](double value) { return figures.empty() ? json(nullptr) : json(value); };
  all["min_us"] = figure(microseconds(figures.min));
  all["max_us"] = figure(microseconds(figures.max.value));
  all["mean_us"] = figure(figures.mean.count() / 1e3);
  all["stddev_us"] = figure(figures.stddev.count() / 1e3);
  if (figures.at_least > 0) at_least.insert(at_least.end(), {"max", "mean"});
  all["at_least"] = std::move(at_least);
  return all;
}

json json_of(load::load_settings const& settings) {
  auto const* const plan = std::get_if<load::closed_loop_plan>(&settings.arrivals);
  auto const& limits = settings.limits;
  return {{"load", plan != nullptr ? closed_json(*plan) : open_json(std::get<load::open_loop>(settings.arrivals))},
          {"description", load_sentence(settings)},
          {"threads", settings.threads},
          {"pipeline", settings.pipeline},
          {"seed", settings.seed},
          {"response_timeout_s", in_seconds(limits.response)},
          {"connect_timeout_s", in_seconds(limits.connect)},
          {"drain_s", in_seconds(limits.drain)},
          {"late_after_us", microseconds(limits.late)},
          {"tls", tls_json(settings.tls)}};
}

json json_of(load_description const& about, bool with_scenario_text) {
  json all{{"tool", {{"name", "holdfast"}, {"version", about.tool.version}, {"commit", about.tool.commit}}},
           {"command_line", about.command_line},
           {"targets", about.targets}};
  if (about.scenario) {
    all["scenario"] = {{"file", about.scenario->file}, {"sha256", sha256_hex(about.scenario->text)}};
    if (with_scenario_text) all["scenario"]["text"] = about.scenario->text;
  }
  all["settings"] = json_of(about.settings);
  auto const& machine = about.machine;
  all["machine"] = {{"cpu_model", machine.cpu_model},
                    {"cores", machine.cores},
                    {"kernel", machine.kernel},
                    {"governor", machine.governor},
                    {"memory_bytes", machine.memory_bytes},
                    {"shared_with_target", about.place == load::target_place::same_machine}};
  return all;
}

json json_of(generator_report const& generator) {
  json shards = json::array();
  for (auto const& shard : generator.shards) {
    shards.push_back({{"cpu_share", shard.cpu_share},
                      {"loop_lag_p99_us", microseconds(shard.loop_lag_p99)},
                      {"loop_lag_count", shard.loop_lag_ticks}});
  }
  return {{"shards", std::move(shards)},
          {"peak_memory_bytes", generator.peak_memory_bytes},
          {"steal_share", or_null(generator.steal_share, [](double share) { return share; })},
          {"throttled_s", or_null(generator.throttled, in_seconds)},
          {"open_files", limit_json(generator.open_files)},
          {"local_ports", limit_json(generator.local_ports)},
          {"own_limit_hits", generator.own_limit_hits}};
}

json json_of(load::validity_verdict const& verdict, std::vector<load::broken_equation> const& broken) {
  json findings = json::array();
  for (auto const& finding : verdict.findings) findings.push_back(finding_json(finding));
  json equations = json::array();
  for (auto const& e : broken) {
    equations.push_back({{"equation", e.equation}, {"left", e.left}, {"right", e.right}});
  }
  return {{"verdict", verdict.is_sound() ? "valid" : "invalid"},
          {"only_bounds", verdict.affected()},
          {"findings", std::move(findings)},
          {"conservation_holds", broken.empty()},
          {"broken_equations", std::move(equations)}};
}

json json_of(std::array<std::uint64_t, load::outcome_count> const& outcomes) {
  json all = json::object();
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    all[std::string{load::key_of(static_cast<load::outcome>(i))}] = outcomes[i];
  }
  return all;
}

std::string compact(json const& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

}  // namespace holdfast::report
