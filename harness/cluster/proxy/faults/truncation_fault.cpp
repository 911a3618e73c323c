#include <algorithm>

#include "cluster/proxy/fault_kinds.hpp"
#include "core/units.hpp"

namespace holdfast::cluster {
namespace {

/// Lets some bytes through and then ends the stream as if that had been all.
class truncation_flow : public flow_fault {
 public:
  explicit truncation_flow(std::uint64_t after) : left_{after} {}

  void on_bytes(std::uint64_t count, time_point) override { held_ += count; }
  void on_end(time_point) override { has_end_ = true; }

  flow_step step(time_point) override {
    flow_step done;
    done.forward = std::min(held_, left_);
    held_ -= done.forward;
    left_ -= done.forward;
    if (left_ == 0 || has_end_) done.end = flow_end::finish;
    return done;
  }

 private:
  std::uint64_t left_;
  std::uint64_t held_ = 0;
  bool has_end_ = false;
};

class truncation_fault : public path_fault {
 public:
  explicit truncation_fault(std::uint64_t after) : after_{after} {}

  std::unique_ptr<flow_fault> start(random_engine) const override { return std::make_unique<truncation_flow>(after_); }

  probe_plan probing(path_direction direction) const override {
    auto const bytes = after_ + 1024;
    if (direction == path_direction::to_pod) return {.take_bytes = bytes};
    return {.give_bytes = bytes};
  }

  fault_judgement judge(probe_observation const& seen, probe_observation const&) const override {
    auto const is_given = seen.give.end != probe_end::none;
    auto const& moved = is_given ? seen.give : seen.take;
    // Towards the pod: the responder counts what it gets, and answers with the count when the stream ends early.
    auto const is_confirmed = moved.end == probe_end::finished && moved.bytes == after_;
    return {is_confirmed                       ? fault_sight::present
            : moved.end == probe_end::answered ? fault_sight::absent
                                               : fault_sight::unclear,
            std::string{to_string(moved.end)} + " after " + format_size(moved.bytes) + ", end after " +
                format_size(after_) + " wanted"};
  }

 private:
  std::uint64_t after_;
};

std::shared_ptr<path_fault const> read(parameter_reader& parameters) {
  auto const after = parameters.size("after");
  if (after == 0 && !parameters.has_problems())
    parameters.refuse("after", "nothing would come through", "Give at least one byte.");
  if (after > std::uint64_t{1} << 40U) parameters.refuse("after", "more than a tebibyte", "Give fewer bytes.");
  if (parameters.has_problems()) return nullptr;
  return std::make_shared<truncation_fault>(after);
}

}  // namespace

fault_kind truncation_fault_kind() {
  return {.name = "truncation",
          .meaning = "the stream ends after some bytes",
          .usual_direction = path_direction::to_client,
          .parameters = {{"after", "bytes that come through, e.g. \"512\" or \"4KiB\"", true}},
          .read = read};
}

}  // namespace holdfast::cluster
