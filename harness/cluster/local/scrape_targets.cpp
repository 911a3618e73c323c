#include "cluster/local/scrape_targets.hpp"

#include <charconv>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace holdfast::cluster {
namespace {

constexpr std::int64_t greatest_port = 65'535;

std::string const& annotation_of(json const& pod, char const* name) {
  return text_at(pod, "metadata", "annotations", name);
}

metric_names own_metrics_of(cached_autoscaler const& autoscaler) {
  metric_names names;
  for (auto const& metric : autoscaler.spec.metrics) {
    if (metric.kind == metric_kind::pods) names.insert(metric.name);
  }
  return names;
}

label_selector const* selector_of_target(object_cache const& cache, cached_autoscaler const& autoscaler) {
  if (autoscaler.target_kind == &kinds::deployment) {
    auto const found = cache.deployment(autoscaler.target);
    return found ? &found->selector : nullptr;
  }
  if (autoscaler.target_kind == &kinds::replica_set) {
    auto const found = cache.replica_set(autoscaler.target);
    return found ? &found->selector : nullptr;
  }
  return nullptr;
}

std::optional<std::int64_t> number_in(std::string const& text) {
  std::int64_t number = 0;
  auto const* const end = text.data() + text.size();
  auto const read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  return number;
}

/// By the ports' names, else the first; 0 when there is none.
std::int64_t container_port_of(json const& pod) {
  std::map<std::string, std::int64_t> named;
  std::int64_t first = 0;
  auto const& containers = member(pod, "spec", "containers");
  if (!containers.is_array()) return 0;
  for (auto const& container : containers) {
    auto const& ports = member(container, "ports");
    if (!ports.is_array()) continue;
    for (auto const& port : ports) {
      auto const number = integer_at(port, 0, "containerPort");
      if (first == 0) first = number;
      named.emplace(text_at(port, "name"), number);
    }
  }
  for (auto const* const wanted : {"metrics", "http"}) {
    if (auto const found = named.find(wanted); found != named.end()) return found->second;
  }
  return first;
}

scrape_target target_of(cached_pod const& pod, metric_names names) {
  scrape_target target{.pod = pod.key, .uid = pod.uid, .names = std::move(names)};
  auto page = metrics_page_of(*pod.object);
  if (page) {
    target.page = std::move(*page);
  } else {
    target.problem = page.error();
  }
  return target;
}

}  // namespace

result<http_get_action, std::string> metrics_page_of(json const& pod) {
  auto const& told = annotation_of(pod, "prometheus.io/port");
  auto const port = told.empty() ? container_port_of(pod) : number_in(told).value_or(0);
  if (port < 1 || port > greatest_port) {
    return {boost::system::in_place_error,
            told.empty() ? std::string{"it has neither a container port nor the annotation prometheus.io/port"}
                         : fmt::format("its annotation prometheus.io/port is no port (\"{}\")", told)};
  }
  auto const& path = annotation_of(pod, "prometheus.io/path");
  auto const& scheme = annotation_of(pod, "prometheus.io/scheme");
  using protocol = http_get_action::protocol;
  return http_get_action{.host = text_at(pod, "status", "podIP"),
                         .port = static_cast<std::uint16_t>(port),
                         .path = path.empty() ? "/metrics" : path,
                         .scheme = scheme == "https" ? protocol::https : protocol::http,
                         .headers = {{"Accept", "text/plain;version=0.0.4"}}};
}

std::vector<scrape_target> scrape_targets(object_cache const& cache) {
  std::map<object_key, std::pair<cached_pod const*, metric_names>> wanted;
  for (auto const& [key, autoscaler] : cache.autoscalers()) {
    auto const names = own_metrics_of(*autoscaler);
    auto const* const selector = names.empty() ? nullptr : selector_of_target(cache, *autoscaler);
    if (selector == nullptr || is_empty(*selector)) continue;
    for (auto const* const pod : cache.pods_matching(key.name_space, *selector)) {
      if (pod->address.empty() || is_finished(pod->owned.phase)) continue;
      auto& [found, its_names] = wanted[pod->key];
      found = pod;
      its_names.insert(names.begin(), names.end());
    }
  }
  std::vector<scrape_target> targets;
  targets.reserve(wanted.size());
  for (auto& [key, each] : wanted) targets.push_back(target_of(*each.first, std::move(each.second)));
  return targets;
}

}  // namespace holdfast::cluster
