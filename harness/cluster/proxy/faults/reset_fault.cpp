#include <algorithm>

#include "cluster/proxy/fault_kinds.hpp"
#include "core/units.hpp"

namespace holdfast::cluster {
namespace {

/// Lets some bytes through; the next one meets a reset.
class reset_flow : public flow_fault {
 public:
  explicit reset_flow(std::uint64_t after) : left_{after} {}

  void on_bytes(std::uint64_t count, time_point) override { held_ += count; }
  void on_end(time_point) override { has_end_ = true; }

  flow_step step(time_point) override {
    flow_step done;
    done.forward = std::min(held_, left_);
    held_ -= done.forward;
    left_ -= done.forward;
    if (held_ > 0) {
      done.end = flow_end::reset;
    } else if (has_end_) {
      done.end = flow_end::finish;
    }
    return done;
  }

 private:
  std::uint64_t left_;
  std::uint64_t held_ = 0;
  bool has_end_ = false;
};

class reset_fault : public path_fault {
 public:
  explicit reset_fault(std::uint64_t after) : after_{after} {}

  std::unique_ptr<flow_fault> start(random_engine) const override { return std::make_unique<reset_flow>(after_); }

  probe_plan probing(path_direction direction) const override {
    auto const bytes = after_ + 1024;
    if (direction == path_direction::to_pod) return {.take_bytes = bytes};
    return {.give_bytes = bytes};
  }

  fault_judgement judge(probe_observation const& seen, probe_observation const&) const override {
    // Towards the pod the probe cannot see how much came through, only that the connection was reset.
    auto const is_given = seen.give.end != probe_end::none;
    auto const& moved = is_given ? seen.give : seen.take;
    auto const is_confirmed = moved.end == probe_end::reset && (!is_given || moved.bytes == after_);
    return {is_confirmed                       ? fault_sight::present
            : moved.end == probe_end::answered ? fault_sight::absent
                                               : fault_sight::unclear,
            std::string{to_string(moved.end)} + (is_given ? " after " + format_size(moved.bytes) : "") + ", " +
                "reset after " + format_size(after_) + " wanted"};
  }

 private:
  std::uint64_t after_;
};

std::shared_ptr<path_fault const> read(parameter_reader& parameters) {
  auto const after = parameters.size("after");
  if (after > std::uint64_t{1} << 40U) parameters.refuse("after", "more than a tebibyte", "Give fewer bytes.");
  if (parameters.has_problems()) return nullptr;
  return std::make_shared<reset_fault>(after);
}

}  // namespace

fault_kind reset_fault_kind() {
  return {.name = "reset",
          .meaning = "the connection is reset after some bytes",
          .usual_direction = path_direction::to_client,
          .parameters = {{"after", "bytes that come through before (0: the first byte resets)"}},
          .read = read};
}

}  // namespace holdfast::cluster
