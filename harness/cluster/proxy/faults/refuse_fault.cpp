#include "cluster/proxy/fault_kinds.hpp"

namespace holdfast::cluster {
namespace {

class refuse_fault : public path_fault {
 public:
  std::unique_ptr<flow_fault> start(random_engine) const override { return nullptr; }
  listener_effect on_listener() const override { return listener_effect::refuse; }
  probe_plan probing(path_direction) const override { return {}; }

  fault_judgement judge(probe_observation const& seen, probe_observation const&) const override {
    return {seen.connect == probe_end::refused    ? fault_sight::present
            : seen.connect == probe_end::answered ? fault_sight::absent
                                                  : fault_sight::unclear,
            std::string{"connect: "} + to_string(seen.connect)};
  }
};

std::shared_ptr<path_fault const> read(parameter_reader& parameters) {
  return parameters.has_problems() ? nullptr : std::make_shared<refuse_fault>();
}

}  // namespace

fault_kind refuse_fault_kind() {
  return {.name = "refuse",
          .meaning = "new connections are refused; those that are open stay",
          .usual_direction = path_direction::both,
          .parameters = {},
          .read = read};
}

}  // namespace holdfast::cluster
