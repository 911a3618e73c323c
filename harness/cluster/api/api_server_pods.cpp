#include <charconv>

#include <fmt/format.h>

#include "cluster/api/api_call.hpp"

namespace holdfast::cluster {
namespace {

api_result<std::optional<std::int64_t>> count_in(query_map const& query, std::string_view name) {
  auto const given = query.find(name);
  if (given == query.end() || given->second.empty()) return std::optional<std::int64_t>{};
  std::int64_t value = 0;
  auto const* const end = given->second.data() + given->second.size();
  auto const read = std::from_chars(given->second.data(), end, value);
  if (read.ec != std::errc{} || read.ptr != end || value < 0) {
    return bad_request(std::string{name} + " must be a whole number of 0 or more (got \"" + given->second + "\")");
  }
  return std::optional{value};
}

/// "sinceTime" goes before "sinceSeconds", as it is the more exact one.
api_result<std::optional<wall_time>> since_in(query_map const& query, wall_time now) {
  if (auto const given = query.find("sinceTime"); given != query.end() && !given->second.empty()) {
    auto const at = parse_stamp(given->second);
    if (!at) return bad_request("sinceTime must be a time like 2026-01-31T12:00:00Z (got \"" + given->second + "\")");
    return at;
  }
  auto const seconds = count_in(query, "sinceSeconds");
  if (!seconds) return seconds.error();
  if (!*seconds) return std::optional<wall_time>{};
  return std::optional{now - std::chrono::seconds{std::min<std::int64_t>(**seconds, 1'000'000'000)}};
}

json usage_amounts(quantity cpu, quantity memory) {
  return {{"cpu", fmt::format("{}m", cpu.milli())}, {"memory", fmt::format("{}Ki", memory.milli() / 1000 / 1024)}};
}

std::string window_text(nanoseconds window) { return fmt::format("{:.3f}s", in_seconds(window)); }

json pod_metrics(object_key const& pod, std::vector<container_usage> const& all) {
  json containers = json::array();
  json document;
  for (auto const& each : all) {
    if (each.pod != pod) continue;
    containers.push_back({{"name", each.container}, {"usage", usage_amounts(each.cpu, each.memory)}});
    document["timestamp"] = stamp_of(each.at);
    document["window"] = window_text(each.window);
  }
  document["kind"] = "PodMetrics";
  document["apiVersion"] = "metrics.k8s.io/v1beta1";
  document["metadata"] = {
      {"name", pod.name}, {"namespace", pod.name_space}, {"creationTimestamp", document["timestamp"]}};
  document["containers"] = std::move(containers);
  return document;
}

json node_metrics(std::string const& node, std::vector<container_usage> const& all, wall_time now) {
  auto cpu = quantity{};
  auto memory = quantity{};
  nanoseconds window{};
  for (auto const& each : all) {
    cpu = quantity::from_milli(cpu.milli() + each.cpu.milli());
    memory = quantity::from_milli(memory.milli() + each.memory.milli());
    window = std::max(window, each.window);
  }
  return {{"kind", "NodeMetrics"},
          {"apiVersion", "metrics.k8s.io/v1beta1"},
          {"metadata", {{"name", node}, {"creationTimestamp", stamp_of(now)}}},
          {"timestamp", stamp_of(now)},
          {"window", window_text(window)},
          {"usage", usage_amounts(cpu, memory)}};
}

json metrics_list(char const* kind, json items) {
  return {{"kind", kind},
          {"apiVersion", "metrics.k8s.io/v1beta1"},
          {"metadata", json::object()},
          {"items", std::move(items)}};
}

}  // namespace

api_result<net::http_reply> api_server::logs(call const& c) {
  if (auto const pod = store_.get(kinds::pod, c.key()); !pod) return pod.error();
  auto const tail = count_in(c.query, "tailLines");
  auto const limit = count_in(c.query, "limitBytes");
  auto const since = since_in(c.query, settings_.now());
  if (!tail) return tail.error();
  if (!limit) return limit.error();
  if (!since) return since.error();
  auto const container = c.query.find("container");
  auto stream = backend_.logs({.pod = c.key(),
                               .container = container == c.query.end() ? "" : container->second,
                               .follow = is_on(c.query, "follow"),
                               .previous = is_on(c.query, "previous"),
                               .timestamps = is_on(c.query, "timestamps"),
                               .tail_lines = *tail,
                               .limit_bytes = *limit,
                               .since = *since});
  if (!stream) return stream.error();
  net::http_reply reply;
  reply.answer.content_type = "text/plain";
  reply.stream = std::move(*stream);
  return reply;
}

/// metrics.k8s.io/v1beta1, what "kubectl top" reads. Pods without a sample yet are left out, as on a real cluster.
api_result<net::http_reply> api_server::usage(api_path const& path, query_map const& query) const {
  auto const all = backend_.usage();
  if (path.resource == "nodes") {
    json items = json::array();
    for (auto const& node : store_.list(kinds::node))
      items.push_back(node_metrics(name_of(*node), all, settings_.now()));
    if (path.name.empty()) return json_reply(metrics_list("NodeMetricsList", std::move(items)));
    for (auto const& item : items) {
      if (name_of(item) == path.name) return json_reply(item);
    }
    return not_found(kinds::node, path.name);
  }
  if (path.resource != "pods") return no_such_resource();
  auto const filter = filter_of(kinds::pod, path, query);
  if (!filter) return filter.error();
  json items = json::array();
  for (auto const& pod : store_.list(kinds::pod, path.name_space)) {
    auto const key = key_of(*pod);
    auto const is_its = [&key](container_usage const& each) { return each.pod == key; };
    if (matches(*filter, *pod) && std::ranges::any_of(all, is_its)) items.push_back(pod_metrics(key, all));
  }
  if (path.name.empty()) return json_reply(metrics_list("PodMetricsList", std::move(items)));
  if (items.empty()) return not_found(kinds::pod, path.name);
  return json_reply(items.front());
}

}  // namespace holdfast::cluster
