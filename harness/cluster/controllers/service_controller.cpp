#include "cluster/controllers/service_controller.hpp"

#include <set>
#include <utility>

#include "cluster/controllers/object_writes.hpp"

namespace holdfast::cluster {
namespace {

constexpr char const* bound_port_annotation = "holdfast.io/local-port";
constexpr char const* bound_address = "127.0.0.1";

}  // namespace

void service_controller::note(cached_change const& change) {
  if (change.kind != &kinds::service) return;
  queue_.add(change.key);
  if (change.type != change_type::deleted) return;
  auto const held = held_.find(uid_of(*change.object));
  if (held == held_.end()) return;
  addresses_.give_back(held->second);
  held_.erase(held);
}

void service_controller::note_all() {
  std::set<std::string> alive;
  for (auto const& [key, service] : context_.cache.services()) {
    alive.insert(service->uid);
    queue_.add(key);
  }
  std::erase_if(held_, [&](auto const& each) {
    if (alive.contains(each.first)) return false;
    addresses_.give_back(each.second);
    return true;
  });
}

void service_controller::warn(cached_service const& service, std::string problem, time_point now) {
  context_.events.record(kinds::service, *service.object, "service-controller",
                         {event_type::warning, "FailedAllocation", {std::move(problem)}}, now);
  queue_.retry(service.key, now);
}

/// The Service as it is when it has an address; null when there is none for it now.
object_ptr service_controller::with_address(cached_service const& service, time_point now) {
  if (service.is_headless() || held_.contains(service.uid)) return service.object;
  bool const asks = !service.address.empty();
  auto const taken = asks ? addresses_.take_this_service_address(service.address) : addresses_.take_service_address();
  if (!taken) {
    warn(service, "Failed to allocate an address: " + taken.error(), now);
    return nullptr;
  }
  held_[service.uid] = *taken;
  if (asks) return service.object;
  auto object = *service.object;
  object["spec"]["clusterIP"] = *taken;
  object["spec"]["clusterIPs"] = json::array({*taken});
  auto const written = context_.store.update(kinds::service, std::move(object));
  if (written) return *written;
  addresses_.give_back(*taken);
  held_.erase(service.uid);
  warn(service, "Failed to write the address: " + written.error().message, now);
  return nullptr;
}

json service_controller::status_of(json const& service) const {
  auto status = member(service, "status");
  if (!status.is_object()) status = json::object();
  status["loadBalancer"] = json::object();
  if (text_at(service, "spec", "type") != "LoadBalancer") return status;
  bool const is_bound = !text_at(service, "metadata", "annotations", bound_port_annotation).empty();
  std::string const address = is_bound ? bound_address : text_at(service, "spec", "clusterIP");
  status["loadBalancer"]["ingress"] = json::array({{{"ip", address}}});
  return status;
}

void service_controller::sync(object_key const& key, time_point now) {
  auto const service = context_.cache.service(key);
  if (!service) {
    queue_.forget(key);
    return;
  }
  auto const object = with_address(*service, now);
  if (!object) return;
  if (with_status(context_.store, kinds::service, object, status_of(*object))) {
    queue_.succeeded(key);
  } else {
    queue_.retry(key, now);
  }
}

}  // namespace holdfast::cluster
