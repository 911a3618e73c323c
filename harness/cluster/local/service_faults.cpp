#include "cluster/local/service_faults.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include "cluster/local/blocking_work.hpp"
#include "cluster/proxy/fault_probe.hpp"

namespace holdfast::cluster {
namespace {

char const* reason_of(fault_step step) {
  switch (step) {
    case fault_step::active:
      return "FaultActive";
    case fault_step::not_seen:
      return "FaultNotSeen";
    case fault_step::gone:
      return "FaultGone";
    case fault_step::stays:
      return "FaultStays";
    case fault_step::refused:
      return "FaultRefused";
  }
  return "";
}

/// @param route  as the proxy calls it: "shop/order:http"
bool is_about_port(std::string const& port, std::string const& route) {
  return port.empty() || route.substr(route.rfind(':') + 1) == port;
}

}  // namespace

/// All but the request is of the thread that probes.
struct service_faults::switched_fault {
  fault_request request;
  ipv4_endpoint at{};  ///< where the probe goes
  std::optional<fault_id> id{};
  probe_observation before{};
};

service_faults::service_faults(boost::asio::any_io_executor executor, object_store const& store, service_proxy& proxy,
                               event_recorder& events, cluster_clock const& clock, std::uint32_t probe_address,
                               ports_of ports, report_function on_report)
    : executor_{std::move(executor)},
      store_{store},
      proxy_{proxy},
      events_{events},
      clock_{clock},
      probe_address_{probe_address},
      ports_{std::move(ports)},
      on_report_{std::move(on_report)},
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
  tell({.service = key, .step = fault_step::refused, .evidence = std::move(text), .at = clock_seam::now()});
}

void service_faults::work(std::function<void()> piece) {
  if (!work_) work_ = std::make_unique<blocking_work>();
  work_->add(std::move(piece));
}

void service_faults::switch_on(object_key const& key, written_fault fault, named_ports const& ports) {
  auto switched = std::make_shared<switched_fault>();
  switched->request = std::move(fault.request);
  for (auto const& [name, at] : ports) {
    if (!is_about_port(fault.port, name)) continue;
    if (switched->request.services.empty()) switched->at = at;
    switched->request.services.push_back(name);
  }
  faults_[key].emplace(fault.text, switched);
  if (switched->request.services.empty()) {
    return tell({.service = key,
                 .fault = fault.text,
                 .step = fault_step::refused,
                 .evidence = fmt::format("the Service has no port \"{}\"", fault.port),
                 .at = clock_seam::now()});
  }
  work([this, key, switched] { put_on(key, *switched); });
}

void service_faults::switch_off(object_key const& key, std::shared_ptr<switched_fault> const& fault,
                                named_ports const& ports) {
  bool const has_address = std::ranges::any_of(ports, [&fault](auto const& port) { return port.second == fault->at; });
  work([this, key, fault, has_address] { take_off(key, *fault, has_address); });
}

/// On the thread that probes, as take_off().
void service_faults::put_on(object_key const& key, switched_fault& fault) {
  fault_report report{.service = key, .fault = fault.request.name, .step = fault_step::refused};
  auto const probe = fault_probe::start(proxy_, probe_address_);
  if (probe) fault.before = (*probe)->baseline(fault.at, fault.request);
  auto const added = proxy_.add_fault(fault.request);
  if (!added) {
    report.evidence = to_string(added.error());
    return tell_later(std::move(report));
  }
  report.switched = clock_seam::now();
  fault.id = *added;
  report.step = fault_step::not_seen;
  if (!probe) {
    report.evidence = "there is no probe: " + probe.error().message();
    return tell_later(std::move(report));
  }
  auto const evidence = (*probe)->confirm(fault.at, fault.request, fault.before);
  if (evidence.is_confirmed) report.step = fault_step::active;
  report.evidence = evidence.measured;
  tell_later(std::move(report));
}

void service_faults::take_off(object_key const& key, switched_fault const& fault, bool has_address) {
  if (!fault.id) return;  // it was refused
  proxy_.remove_fault(*fault.id);
  fault_report report{
      .service = key, .fault = fault.request.name, .step = fault_step::gone, .switched = clock_seam::now()};
  auto const probe =
      has_address ? fault_probe::start(proxy_, probe_address_) : make_error_code(boost::system::errc::no_link);
  if (!probe) return tell_later(std::move(report));
  auto const evidence = (*probe)->confirm_gone(fault.at, fault.request, fault.before);
  if (!evidence.is_confirmed) report.step = fault_step::stays;
  report.evidence = evidence.measured;
  tell_later(std::move(report));
}

void service_faults::tell_later(fault_report report) const {
  report.at = clock_seam::now();
  boost::asio::post(executor_, [weak = std::weak_ptr{self_}, report = std::move(report)] {
    if (auto const self = weak.lock()) (*self)->tell(report);
  });
}

void service_faults::tell(fault_report const& report) {
  on_report_(report);
  auto const service = store_.find(kinds::service, report.service);
  if (!service) return;
  bool const is_bad = report.step != fault_step::active && report.step != fault_step::gone;
  auto text = report.fault.empty()      ? report.evidence
              : report.evidence.empty() ? report.fault
                                        : report.fault + ": " + report.evidence;
  events_.record(kinds::service, *service, "service-proxy",
                 {is_bad ? event_type::warning : event_type::normal, reason_of(report.step), {std::move(text)}},
                 clock_.platform_at(clock_seam::now()));
}

}  // namespace holdfast::cluster
