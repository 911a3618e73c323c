#include <array>

#include "cluster/proxy/fault_kinds.hpp"
#include "core/units.hpp"

namespace holdfast::cluster {
namespace {

/// Holds everything. As behind a network that comes back, what was held goes on when the fault is removed.
class blackhole_flow : public flow_fault {
 public:
  void on_bytes(std::uint64_t, time_point) override {}
  void on_end(time_point) override {}
  flow_step step(time_point) override { return {}; }
};

class blackhole_fault : public path_fault {
 public:
  explicit blackhole_fault(listener_effect new_connections) : new_connections_{new_connections} {}

  std::unique_ptr<flow_fault> start(random_engine) const override { return std::make_unique<blackhole_flow>(); }
  listener_effect on_listener() const override { return new_connections_; }

  probe_plan probing(path_direction) const override {
    return {.echoes = 1, .patience = std::chrono::milliseconds{new_connections_ == listener_effect::hang ? 300 : 500}};
  }

  fault_judgement judge(probe_observation const& seen, probe_observation const&) const override {
    if (new_connections_ == listener_effect::hang) {
      return {sight_of(seen.connect), std::string{"connect: "} + to_string(seen.connect)};
    }
    auto const is_connected = seen.connect == probe_end::answered;
    return {is_connected ? sight_of(seen.echo_end) : fault_sight::unclear,
            std::string{"connect: "} + to_string(seen.connect) + ", question: " + to_string(seen.echo_end)};
  }

 private:
  static fault_sight sight_of(probe_end end) {
    if (end == probe_end::silent) return fault_sight::present;
    return end == probe_end::answered ? fault_sight::absent : fault_sight::unclear;
  }

  listener_effect new_connections_;
};

std::shared_ptr<path_fault const> read(parameter_reader& parameters) {
  static constexpr std::array<std::string_view, 2> words{"accept", "hang"};
  auto const chosen = parameters.choice("connects", words);
  if (parameters.has_problems()) return nullptr;
  return std::make_shared<blackhole_fault>(chosen == 1 ? listener_effect::hang : listener_effect::accept);
}

}  // namespace

fault_kind blackhole_fault_kind() {
  return {.name = "blackhole",
          .meaning = "bytes are taken and nothing comes through",
          .usual_direction = path_direction::both,
          .parameters = {{"connects", "what becomes of new connections: accept (the default) or hang"}},
          .read = read};
}

}  // namespace holdfast::cluster
