#include "experiment/observers/endpoint_observer.hpp"

#include <set>
#include <utility>

#include "experiment/observers/observed_event.hpp"

namespace holdfast::experiment {

using namespace cluster;

namespace {

struct sorted_endpoints {
  using endpoint = std::pair<std::string, std::string>;  // pod, address
  std::set<endpoint> ready, not_ready, terminating;
};

/// Kubernetes: what is not told counts as ready, and as not terminating.
bool condition_is(json const& endpoint, char const* name, bool otherwise) {
  auto const& told = member(endpoint, "conditions", name);
  return told.is_boolean() ? told.get<bool>() : otherwise;
}

void add_slice(json const& slice, sorted_endpoints& into) {
  auto const& endpoints = member(slice, "endpoints");
  if (!endpoints.is_array()) return;
  for (auto const& each : endpoints) {
    auto const& addresses = member(each, "addresses");
    if (!addresses.is_array() || addresses.empty() || !addresses[0].is_string()) continue;
    auto& group = condition_is(each, "terminating", false) ? into.terminating
                  : condition_is(each, "ready", true)      ? into.ready
                                                           : into.not_ready;
    group.emplace(text_at(each, "targetRef", "name"), addresses[0].get<std::string>());
  }
}

nlohmann::ordered_json list_of(std::set<sorted_endpoints::endpoint> const& endpoints) {
  auto list = nlohmann::ordered_json::array();
  for (auto const& [pod, address] : endpoints) list.push_back({{"ip", address}, {"pod", pod}});
  return list;
}

}  // namespace

std::vector<timeline_event> endpoint_observer::seen(object_change const& change) {
  auto const& slice = *change.object;
  auto const& service = text_at(slice, "metadata", "labels", "kubernetes.io/service-name");
  if (service.empty()) return {};
  auto& known = services_[{namespace_of(slice), service}];
  if (change.type == change_type::deleted) {
    known.slices.erase(cluster::name_of(slice));
  } else {
    known.slices[cluster::name_of(slice)] = change.object;
  }
  sorted_endpoints all;
  for (auto const& [name, each] : known.slices) add_slice(*each, all);
  nlohmann::ordered_json now{
      {"ready", list_of(all.ready)}, {"not_ready", list_of(all.not_ready)}, {"terminating", list_of(all.terminating)}};
  if (known.told == now) return {};
  known.told = now;
  auto event = event_about(slice, timeline_kinds::endpoints, "changed");
  event.subject = service;
  event.detail.update(now);
  return {std::move(event)};
}

}  // namespace holdfast::experiment
