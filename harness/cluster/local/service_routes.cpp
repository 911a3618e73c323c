#include "cluster/local/service_routes.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace holdfast::cluster {
namespace {

constexpr char const* slice_owner_label = "kubernetes.io/service-name";

object_key owner_of_slice(json const& slice) {
  return {namespace_of(slice), text_at(slice, "metadata", "labels", slice_owner_label)};
}

planned_route& route_named(std::vector<planned_route>& routes, std::string const& name) {
  return *std::ranges::find(routes, name, &planned_route::name);
}

}  // namespace

service_routes::service_routes(object_store const& store, route_proxy& proxy, event_recorder& events,
                               cluster_clock const& clock)
    : service_routes{store, proxy, events, clock, settings{}} {}

service_routes::service_routes(object_store const& store, route_proxy& proxy, event_recorder& events,
                               cluster_clock const& clock, settings s)
    : store_{store}, proxy_{proxy}, events_{events}, clock_{clock}, settings_{std::move(s)} {}

std::map<std::string, std::string> const& service_routes::problems_of(object_key const& service) const {
  static problems const none;
  auto const found = problems_.find(service);
  return found == problems_.end() ? none : found->second;
}

std::optional<time_point> service_routes::observe(time_point now) {
  follow();
  if (retry_at_ && *retry_at_ <= now) {
    dirty_.merge(std::exchange(unsettled_, {}));
    retry_at_.reset();
  }
  settle(now);
  if (unsettled_.empty()) {
    retry_at_.reset();
  } else if (!retry_at_) {
    retry_at_ = clock_.platform_at(clock_.steady_at(now) + settings_.retry_period);
  }
  return retry_at_;
}

void service_routes::withdraw() {
  for (auto const& [key, routes] : std::exchange(present_, {})) {
    for (auto const& route : routes) proxy_.remove_service(route.name);
  }
}

// --- what the store says ---

void service_routes::follow() {
  if (!version_) return list_anew();
  while (*version_ != store_.version()) {
    auto const changes = store_.changes_after(*version_);
    if (!changes) return list_anew();
    for (auto const& change : *changes) {
      version_ = change.version;
      take(change);
    }
  }
}

void service_routes::list_anew() {
  version_ = store_.version();
  slices_.clear();
  for (auto const& slice : store_.list(kinds::endpoint_slice)) take_slice(slice);
  for (auto const& service : store_.list(kinds::service)) dirty_.insert(key_of(*service));
  for (auto const& [key, routes] : present_) dirty_.insert(key);
  for (auto const& [key, found] : problems_) dirty_.insert(key);
}

void service_routes::take(object_change const& change) {
  if (change.kind == &kinds::service || change.kind == &kinds::endpoints) {
    dirty_.insert(key_of(*change.object));
  } else if (change.kind == &kinds::endpoint_slice) {
    if (change.before) drop_slice(*change.before);
    if (change.type != change_type::deleted) take_slice(change.object);
  }
}

void service_routes::take_slice(object_ptr const& slice) {
  auto const owner = owner_of_slice(*slice);
  slices_[owner].insert_or_assign(name_of(*slice), slice);
  dirty_.insert(owner);
}

void service_routes::drop_slice(json const& slice) {
  auto const owner = owner_of_slice(slice);
  auto const found = slices_.find(owner);
  if (found == slices_.end()) return;
  found->second.erase(name_of(slice));
  if (found->second.empty()) slices_.erase(found);
  dirty_.insert(owner);
}

endpoint_objects service_routes::endpoints_of(object_key const& service) const {
  endpoint_objects where{.endpoints = store_.find(kinds::endpoints, service)};
  if (auto const found = slices_.find(service); found != slices_.end()) {
    for (auto const& [name, slice] : found->second) where.slices.push_back(slice);
  }
  return where;
}

std::vector<planned_route> service_routes::wanted_for(object_key const& key, object_ptr const& service) {
  if (!service) return {};
  auto routes = routes_of(*service, endpoints_of(key), clock_.scale());
  if (routes.empty() || !settings_.holds_address || settings_.holds_address(*service)) return routes;
  unsettled_.insert(key);  // the service controller tells why, and no change when the address becomes free
  return {};
}

// --- what the proxy does ---

/// What is given up goes first, of all Services: an address may move from one to another.
void service_routes::settle(time_point now) {
  std::vector<due_service> due;
  for (auto const& key : std::exchange(dirty_, {})) {
    unsettled_.erase(key);
    auto service = store_.find(kinds::service, key);
    auto const wanted = wanted_for(key, service);
    due.push_back({key, std::move(service), changes_between(present_[key], wanted)});
    give_up(key, due.back().changes);
  }
  for (auto const& each : due) {
    auto found = take_up(each.key, each.changes);
    if (!found.empty()) unsettled_.insert(each.key);
    tell(each, std::move(found), now);
    if (present_[each.key].empty()) present_.erase(each.key);
  }
}

void service_routes::give_up(object_key const& key, route_changes const& changes) {
  auto& routes = present_[key];
  for (auto const& name : changes.removals) {
    proxy_.remove_service(name);
    std::erase_if(routes, [&](auto const& route) { return route.name == name; });
  }
  for (auto const& [name, at] : changes.releases) {
    proxy_.remove_address(name, at);
    route_named(routes, name).local.reset();
  }
}

/// What could not be had, by address.
service_routes::problems service_routes::take_up(object_key const& key, route_changes const& changes) {
  problems found;
  auto& routes = present_[key];
  auto const hold_local = [&](planned_route& route, ipv4_endpoint const& at) {
    auto const held = proxy_.add_address(route.name, at);
    if (held) {
      route.local = at;
    } else {
      found.emplace(to_string(at), held.error());
    }
  };
  for (auto const& wanted : changes.additions) {
    auto const added = proxy_.add_service({.name = wanted.name, .listen = {wanted.at}, .affinity = wanted.affinity});
    if (!added) {
      found.emplace(to_string(wanted.at), added.error());
      continue;
    }
    auto& route = routes.emplace_back(wanted);
    route.local.reset();
    if (!route.endpoints.empty()) proxy_.set_endpoints(route.name, route.endpoints);
    if (wanted.local) hold_local(route, *wanted.local);
  }
  for (auto const& [name, at] : changes.holds) hold_local(route_named(routes, name), at);
  for (auto const& wanted : changes.new_places) {
    proxy_.set_endpoints(wanted.name, wanted.endpoints);
    route_named(routes, wanted.name).endpoints = wanted.endpoints;
  }
  return found;
}

/// Each problem once, and its end.
void service_routes::tell(due_service const& of, problems found, time_point now) {
  auto const before = problems_of(of.key);
  problems_.erase(of.key);
  if (!of.service) return;
  auto const record = [&](event_type type, char const* reason, std::string statement) {
    events_.record(kinds::service, *of.service, "service-proxy", {type, reason, {std::move(statement)}}, now);
  };
  for (auto const& [address, why] : found) {
    auto const known = before.find(address);
    if (known != before.end() && known->second == why) continue;
    record(event_type::warning, "FailedToListen",
           fmt::format("The Service cannot be reached at {}: {}. It is tried again every second", address, why));
  }
  for (auto const& problem : before) {
    auto const& address = problem.first;
    bool const is_held = std::ranges::any_of(present_[of.key], [&](planned_route const& route) {
      return to_string(route.at) == address || (route.local && to_string(*route.local) == address);
    });
    if (is_held) record(event_type::normal, "Listening", fmt::format("The Service can be reached at {} now", address));
  }
  if (!found.empty()) problems_.emplace(of.key, std::move(found));
}

}  // namespace holdfast::cluster
