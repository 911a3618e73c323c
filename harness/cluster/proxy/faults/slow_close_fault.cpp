#include <algorithm>

#include "cluster/proxy/fault_kinds.hpp"
#include "core/units.hpp"

namespace holdfast::cluster {
namespace {

/// Bytes pass at once, the end of the stream later.
class slow_close_flow : public flow_fault {
 public:
  explicit slow_close_flow(nanoseconds delay) : delay_{delay} {}

  void on_bytes(std::uint64_t count, time_point) override { held_ += count; }
  void on_end(time_point now) override { due_ = now + delay_; }

  flow_step step(time_point now) override {
    flow_step done{.forward = held_};
    held_ = 0;
    if (due_ && *due_ <= now) {
      done.end = flow_end::finish;
    } else {
      done.next = due_;
    }
    return done;
  }

 private:
  nanoseconds delay_;
  std::uint64_t held_ = 0;
  std::optional<time_point> due_;
};

class slow_close_fault : public path_fault {
 public:
  explicit slow_close_fault(nanoseconds delay) : delay_{delay} {}

  std::unique_ptr<flow_fault> start(random_engine) const override { return std::make_unique<slow_close_flow>(delay_); }

  probe_plan probing(path_direction) const override {
    return {.closes = true, .patience = 3 * delay_ + std::chrono::seconds{2}};
  }

  fault_judgement judge(probe_observation const& seen, probe_observation const&) const override {
    if (!seen.close_took) return {fault_sight::unclear, "the connection did not end"};
    // The probe ends its side and waits for the other end's: with the fault on both directions that is twice the delay.
    auto const tolerance = std::max<nanoseconds>(delay_ / 20, std::chrono::milliseconds{2});
    auto const took = *seen.close_took;
    return {took >= delay_ - tolerance ? fault_sight::present
            : took < delay_ / 2        ? fault_sight::absent
                                       : fault_sight::unclear,
            "end after " + format_duration(took) + ", " + format_duration(delay_) + " or more wanted"};
  }

 private:
  nanoseconds delay_;
};

std::shared_ptr<path_fault const> read(parameter_reader& parameters) {
  auto const delay = parameters.duration("delay");
  if (delay <= nanoseconds{0} && !parameters.has_problems()) {
    parameters.refuse("delay", "a delay is above zero", "Write e.g. \"2s\".");
  }
  if (delay > std::chrono::minutes{10}) parameters.refuse("delay", "longer than ten minutes", "Give a shorter one.");
  if (parameters.has_problems()) return nullptr;
  return std::make_shared<slow_close_fault>(delay);
}

}  // namespace

fault_kind slow_close_fault_kind() {
  return {.name = "slow-close",
          .meaning = "the end of a stream is passed on late",
          .usual_direction = path_direction::to_client,
          .parameters = {{"delay", "time between the end and its passing on, e.g. \"2s\"", true}},
          .read = read};
}

}  // namespace holdfast::cluster
