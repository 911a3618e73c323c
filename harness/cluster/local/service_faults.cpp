#include "cluster/local/service_faults.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include "cluster/local/blocking_work.hpp"
#include "cluster/proxy/fault_probe.hpp"

namespace holdfast::cluster {

/// All but the request is of the thread that probes.
struct service_faults::switched_fault {
  fault_request request;
  ipv4_endpoint at{};  ///< where the probe goes
  std::optional<fault_id> id{};
  probe_observation before{};
};

service_faults::service_faults(boost::asio::any_io_executor executor, object_store const& store, service_proxy& proxy,
                               event_recorder& events, cluster_clock const& clock, std::uint32_t probe_address,
                               ports_of ports)
    : executor_{std::move(executor)},
      store_{store},
      proxy_{proxy},
      events_{events},
      clock_{clock},
      probe_address_{probe_address},
      ports_{std::move(ports)},
      self_{std::make_shared<service_faults*>(this)} {}

service_faults::~service_faults() = default;

void service_faults::observe() {
  follow();
  // A route comes and goes without a change of its Service: somebody else has had the address.
  std::vector<object_key> keys;
  for (auto const& [key, known] : annotated_) keys.push_back(key);
  for (auto const& key : keys) take(key, store_.find(kinds::service, key));
}

void service_faults::follow() {
  auto const from = std::exchange(version_, store_.version());
  auto const changes = store_.changes_after(from.value_or(0), store_.version() - from.value_or(0));
  if (!from || !changes) {
    for (auto const& service : store_.list(kinds::service)) take(key_of(*service), service);
    return;
  }
  for (auto const& change : *changes) {
    if (change.kind != &kinds::service) continue;
    take(key_of(*change.object), change.type == change_type::deleted ? nullptr : change.object);
  }
}

void service_faults::take(object_key const& key, object_ptr const& service) {
  annotated_service now{service ? text_at(*service, "metadata", "annotations", faults_annotation) : std::string{}, {}};
  auto const found = annotated_.find(key);
  if (found == annotated_.end() && now.text.empty()) return;
  now.ports = ports_(key);
  auto const before = found == annotated_.end() ? annotated_service{} : found->second;
  if (found != annotated_.end() && before == now) return;
  annotated_[key] = now;
  auto wanted = read_fault_text(now.text, fmt::format("service/{}", key.name));
  if (!wanted.problems.empty() && now.text != before.text) refuse(key, wanted.problems);
  auto const stays = [&](auto const& fault) {
    return now.ports == before.ports &&
           std::ranges::find(wanted.faults, fault.first, &written_fault::text) != wanted.faults.end();
  };
  // What goes is probed before what comes could spoil the probe's view.
  for (auto const& fault : faults_[key]) {
    if (!stays(fault)) switch_off(key, fault.second, now.ports);
  }
  std::erase_if(faults_[key], std::not_fn(stays));
  for (auto& fault : wanted.faults) {
    if (now.ports.empty()) break;  // it has no address yet
    if (!faults_[key].contains(fault.text)) switch_on(key, std::move(fault), now.ports);
  }
  if (now.text.empty()) {
    annotated_.erase(key);
    faults_.erase(key);
  }
}

void service_faults::refuse(object_key const& key, diagnostics const& problems) {
  auto text = to_string(problems);
  while (text.ends_with('\n')) text.pop_back();
  tell(key, event_type::warning, "FaultRefused", std::move(text));
}

void service_faults::work(std::function<void()> piece) {
  if (!work_) work_ = std::make_unique<blocking_work>();
  work_->add(std::move(piece));
}

void service_faults::switch_on(object_key const& key, written_fault fault, named_ports const& ports) {
  auto switched = std::make_shared<switched_fault>();
  switched->request = std::move(fault.request);
  for (auto const& [name, at] : ports) switched->request.services.push_back(name);
  switched->at = ports.begin()->second;
  faults_[key].emplace(fault.text, switched);
  work([this, key, switched] {
    auto const& text = switched->request.name;
    auto const probe = fault_probe::start(proxy_, probe_address_);
    if (probe) switched->before = (*probe)->baseline(switched->at, switched->request);
    auto const added = proxy_.add_fault(switched->request);
    if (!added) return tell_later(key, event_type::warning, "FaultRefused", to_string(added.error()));
    switched->id = *added;
    if (!probe) {
      return tell_later(key, event_type::warning, "FaultNotSeen",
                        fmt::format("{}: there is no probe: {}", text, probe.error().message()));
    }
    auto const evidence = (*probe)->confirm(switched->at, switched->request, switched->before);
    tell_later(key, evidence.is_confirmed ? event_type::normal : event_type::warning,
               evidence.is_confirmed ? "FaultActive" : "FaultNotSeen", fmt::format("{}: {}", text, evidence.measured));
  });
}

void service_faults::switch_off(object_key const& key, std::shared_ptr<switched_fault> const& fault,
                                named_ports const& ports) {
  bool const has_address = std::ranges::any_of(ports, [&fault](auto const& port) { return port.second == fault->at; });
  work([this, key, fault, has_address] {
    if (!fault->id) return;  // it was refused
    proxy_.remove_fault(*fault->id);
    auto const probe =
        has_address ? fault_probe::start(proxy_, probe_address_) : make_error_code(boost::system::errc::no_link);
    if (!probe) return tell_later(key, event_type::normal, "FaultGone", fault->request.name);
    auto const evidence = (*probe)->confirm_gone(fault->at, fault->request, fault->before);
    tell_later(key, evidence.is_confirmed ? event_type::normal : event_type::warning,
               evidence.is_confirmed ? "FaultGone" : "FaultStays",
               fmt::format("{}: {}", fault->request.name, evidence.measured));
  });
}

void service_faults::tell_later(object_key key, event_type type, char const* reason, std::string text) const {
  boost::asio::post(executor_,
                    [weak = std::weak_ptr{self_}, key = std::move(key), type, reason, text = std::move(text)] {
                      if (auto const self = weak.lock()) (*self)->tell(key, type, reason, text);
                    });
}

void service_faults::tell(object_key const& key, event_type type, char const* reason, std::string text) {
  auto const service = store_.find(kinds::service, key);
  if (!service) return;
  events_.record(kinds::service, *service, "service-proxy", {type, reason, {.statement = std::move(text)}},
                 clock_.platform_at(clock_seam::now()));
}

}  // namespace holdfast::cluster
