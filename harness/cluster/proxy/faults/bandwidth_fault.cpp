#include <algorithm>
#include <cmath>

#include "cluster/proxy/fault_kinds.hpp"
#include "core/units.hpp"

namespace holdfast::cluster {
namespace {

// What may go on at once after a pause; also how coarse the flow is.
constexpr double burst_seconds = 0.01;

/// A token bucket: bytes leave at the rate, in portions of a hundredth of a second.
class bandwidth_flow : public flow_fault {
 public:
  explicit bandwidth_flow(double bytes_per_second)
      : rate_{bytes_per_second}, burst_{std::max(1.0, bytes_per_second * burst_seconds)} {}

  void on_bytes(std::uint64_t count, time_point) override { held_ += count; }
  void on_end(time_point) override { has_end_ = true; }

  flow_step step(time_point now) override {
    flow_step done;
    if (held_ > 0) {
      refill(now);
      done.forward = std::min(held_, static_cast<std::uint64_t>(credit_));
      held_ -= done.forward;
      credit_ -= static_cast<double>(done.forward);
    }
    if (held_ > 0) {
      auto const wanted = std::min(burst_, static_cast<double>(held_));
      done.next = now + std::max(from_seconds((wanted - credit_) / rate_), nanoseconds{1'000});
    } else if (has_end_) {
      done.end = flow_end::finish;
    }
    return done;
  }

 private:
  void refill(time_point now) {
    auto const earned = filled_at_ ? in_seconds(now - *filled_at_) * rate_ : burst_;
    filled_at_ = now;
    // Twice the burst: a late timer must not lower the rate.
    credit_ = std::min(2 * burst_, credit_ + earned);
  }

  double rate_;
  double burst_;
  double credit_ = 0;
  std::optional<time_point> filled_at_;
  std::uint64_t held_ = 0;
  bool has_end_ = false;
};

class bandwidth_fault : public path_fault {
 public:
  explicit bandwidth_fault(double bytes_per_second) : rate_{bytes_per_second} {}

  std::unique_ptr<flow_fault> start(random_engine) const override { return std::make_unique<bandwidth_flow>(rate_); }

  probe_plan probing(path_direction direction) const override {
    // Half a second's worth: long against the burst.
    auto const bytes = static_cast<std::uint64_t>(std::clamp(rate_ / 2, 64.0, 64.0 * 1024 * 1024));
    auto const long_enough = from_seconds(4 * static_cast<double>(bytes) / rate_) + std::chrono::seconds{2};
    if (direction == path_direction::to_pod) return {.take_bytes = bytes, .patience = long_enough};
    return {.give_bytes = bytes, .patience = long_enough};
  }

  fault_judgement judge(probe_observation const& seen, probe_observation const& before) const override {
    auto const& moved = seen.give.end != probe_end::none ? seen.give : seen.take;
    auto const& usual = before.give.end != probe_end::none ? before.give : before.take;
    if (moved.end != probe_end::answered) return {fault_sight::unclear, to_string(moved.end)};
    if (usual.end == probe_end::answered && rate_of(usual) <= rate_ * 1.2) {
      return {fault_sight::unclear, "as slow before: " + format_rate(rate_of(usual)) + " bytes/s"};
    }
    return {rate_of(moved) <= rate_ * 1.1 ? fault_sight::present : fault_sight::absent,
            format_rate(rate_of(moved)) + " bytes/s, at most " + format_rate(rate_) + " wanted"};
  }

 private:
  static double rate_of(probe_transfer const& moved) {
    return static_cast<double>(moved.bytes) / std::max(in_seconds(moved.took), 1e-9);
  }
  double rate_;
};

std::shared_ptr<path_fault const> read(parameter_reader& parameters) {
  auto const rate = parameters.bytes_per_second("rate");
  if (parameters.has_problems()) return nullptr;
  return std::make_shared<bandwidth_fault>(rate);
}

}  // namespace

fault_kind bandwidth_fault_kind() {
  return {.name = "bandwidth",
          .meaning = "each connection is limited to a rate",
          .usual_direction = path_direction::both,
          .parameters = {{"rate", "rate of each direction of a connection, e.g. \"100KiB/s\"", true}},
          .read = read};
}

}  // namespace holdfast::cluster
