#include "cluster/proxy/fault_probe.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "cluster/proxy/fault_kinds.hpp"
#include "cluster/proxy/probe_connection.hpp"
#include "core/units.hpp"

namespace holdfast::cluster {
namespace {

constexpr int most_looks = 3;

void observe_echoes(probe_connection& connection, unsigned count, probe_observation& seen) {
  std::vector<nanoseconds> times;
  for (unsigned i = 0; i < count && connection.state() == probe_end::answered; ++i) {
    nanoseconds took{};
    seen.echo_end = connection.echo(took);
    if (seen.echo_end == probe_end::answered) times.push_back(took);
  }
  seen.echoes_answered = static_cast<unsigned>(times.size());
  if (times.empty()) return;
  std::ranges::sort(times);
  seen.echo_least = times.front();
  seen.echo_median = times[times.size() / 2];
}

struct known_fault {
  std::shared_ptr<path_fault const> fault;
  probe_plan plan;
};

std::optional<known_fault> known(fault_request const& request) {
  auto fault = read_fault(request);
  if (!fault) return std::nullopt;
  auto const direction = request.direction.value_or(find_fault_kind(request.kind)->usual_direction);
  auto plan = (*fault)->probing(direction);
  return known_fault{std::move(*fault), plan};
}

}  // namespace

fault_probe::fault_probe(service_proxy& proxy, std::uint32_t client_address, std::unique_ptr<probe_responder> responder)
    : proxy_{proxy}, client_address_{client_address}, responder_{std::move(responder)} {
  proxy_.set_probe_route(client_address_, responder_->at());
}

fault_probe::~fault_probe() { proxy_.set_probe_route(client_address_, std::nullopt); }

result<std::unique_ptr<fault_probe>> fault_probe::start(service_proxy& proxy, std::uint32_t client_address) {
  auto responder = probe_responder::start();
  if (!responder) return responder.error();
  return std::unique_ptr<fault_probe>{new fault_probe{proxy, client_address, std::move(*responder)}};
}

probe_observation fault_probe::observe(ipv4_endpoint const& service, probe_plan const& plan) const {
  probe_observation seen;
  auto const connect = [&] { return probe_connection{service, client_address_, plan.patience}; };
  {
    auto connection = connect();
    seen.connect = connection.state();
    if (seen.connect != probe_end::answered) return seen;
    observe_echoes(connection, plan.echoes, seen);
  }
  if (plan.give_bytes > 0) {
    auto connection = connect();
    seen.give = connection.state() == probe_end::answered ? connection.give(plan.give_bytes)
                                                          : probe_transfer{.end = connection.state()};
  }
  if (plan.take_bytes > 0) {
    auto connection = connect();
    seen.take = connection.state() == probe_end::answered ? connection.take(plan.take_bytes)
                                                          : probe_transfer{.end = connection.state()};
  }
  if (plan.closes) {
    auto connection = connect();
    if (connection.state() == probe_end::answered) seen.close_took = connection.close();
  }
  return seen;
}

probe_observation fault_probe::baseline(ipv4_endpoint const& service, fault_request const& request) const {
  auto const of = known(request);
  return of ? observe(service, of->plan) : probe_observation{};
}

fault_evidence fault_probe::confirm(ipv4_endpoint const& service, fault_request const& request,
                                    probe_observation const& before) const {
  fault_evidence evidence;
  auto const of = known(request);
  for (int look = 0; of && look < most_looks && !evidence.is_confirmed; ++look) {
    auto judged = of->fault->judge(observe(service, of->plan), before);
    evidence = {judged.sight == fault_sight::present, std::move(judged.measured)};
    evidence.since = clock_seam::now();
  }
  return evidence;
}

fault_evidence fault_probe::confirm_gone(ipv4_endpoint const& service, fault_request const& request,
                                         probe_observation const& before) const {
  fault_evidence evidence;
  auto const of = known(request);
  for (int look = 0; of && look < most_looks && !evidence.is_confirmed; ++look) {
    evidence = evidence_of_absence(*of->fault, of->plan, observe(service, of->plan), before);
    evidence.since = clock_seam::now();
  }
  return evidence;
}

fault_evidence evidence_of_absence(path_fault const& fault, probe_plan const& plan, probe_observation const& seen,
                                   probe_observation const& before) {
  auto const is_whole = seen.connect == probe_end::answered && seen.echoes_answered == plan.echoes &&
                        (plan.give_bytes == 0 || seen.give.end == probe_end::answered) &&
                        (plan.take_bytes == 0 || seen.take.end == probe_end::answered) &&
                        (!plan.closes || seen.close_took);
  auto judged = fault.judge(seen, before);
  return {is_whole && judged.sight == fault_sight::absent, std::move(judged.measured)};
}

}  // namespace holdfast::cluster
