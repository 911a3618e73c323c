#include <algorithm>

#include "cluster/proxy/fault_kinds.hpp"
#include "core/units.hpp"

namespace holdfast::cluster {
namespace {

struct slices {
  std::uint64_t size = 1;       // mean, bytes
  std::uint64_t variation = 0;  // less than size
  nanoseconds delay{};
};

/// Cuts the stream into small pieces with pauses between them.
class slicer_flow : public flow_fault {
 public:
  slicer_flow(slices how, random_engine random) : how_{how}, random_{random} {}

  void on_bytes(std::uint64_t count, time_point) override { held_ += count; }
  void on_end(time_point) override { has_end_ = true; }

  flow_step step(time_point now) override {
    flow_step done;
    if (held_ > 0 && now >= free_at_) {
      done.forward = std::min(held_, next_size());
      held_ -= done.forward;
      free_at_ = now + how_.delay;
    }
    if (held_ > 0) {
      done.next = free_at_;
    } else if (has_end_) {
      done.end = flow_end::finish;
    }
    return done;
  }

 private:
  std::uint64_t next_size() {
    auto const least = how_.size - how_.variation;
    return least + (how_.variation == 0 ? 0 : random_.below(2 * how_.variation + 1));
  }

  slices how_;
  random_engine random_;
  std::uint64_t held_ = 0;
  time_point free_at_{};
  bool has_end_ = false;
};

class slicer_fault : public path_fault {
 public:
  explicit slicer_fault(slices how) : how_{how} {}

  std::unique_ptr<flow_fault> start(random_engine random) const override {
    return std::make_unique<slicer_flow>(how_, random);
  }

  probe_plan probing(path_direction direction) const override {
    auto const bytes = pieces * how_.size;
    auto const long_enough = 4 * static_cast<int>(pieces) * how_.delay + std::chrono::seconds{2};
    if (direction == path_direction::to_pod) return {.take_bytes = bytes, .patience = long_enough};
    return {.give_bytes = bytes, .patience = long_enough};
  }

  fault_judgement judge(probe_observation const& seen, probe_observation const&) const override {
    // Whatever the sizes, half of the pauses must have been waited for. Pieces may meet again in a receiver's buffer,
    // so they are counted only where somebody reads.
    auto const is_given = seen.give.end != probe_end::none;
    auto const& moved = is_given ? seen.give : seen.take;
    auto const least = static_cast<int>(pieces / 2) * how_.delay;
    auto const is_confirmed =
        moved.end == probe_end::answered && moved.took >= least && (!is_given || moved.reads >= 2);
    return {is_confirmed                                                 ? fault_sight::present
            : moved.end == probe_end::answered && moved.took < least / 2 ? fault_sight::absent
                                                                         : fault_sight::unclear,
            std::to_string(moved.reads) + " arrivals in " + format_duration(moved.took) + ", " +
                format_duration(least) + " or more wanted"};
  }

 private:
  static constexpr std::uint64_t pieces = 10;
  slices how_;
};

std::shared_ptr<path_fault const> read(parameter_reader& parameters) {
  slices how;
  how.size = parameters.size("size", 1);
  how.variation = parameters.size("variation");
  how.delay = parameters.duration("delay");
  if (parameters.has_problems()) return nullptr;
  if (how.size == 0 || how.size > 1024UL * 1024) {
    parameters.refuse("size", "a piece is of one byte to 1 MiB", "Write e.g. \"64\".");
  }
  if (how.variation >= how.size && how.variation > 0) {
    parameters.refuse("variation", "not below the size, so that pieces could be empty", "Give a smaller variation.");
  }
  if (how.delay < std::chrono::microseconds{10} || how.delay > std::chrono::minutes{1}) {
    parameters.refuse("delay", "a pause is from 10us to 1m", "Write e.g. \"10ms\".");
  }
  if (parameters.has_problems()) return nullptr;
  return std::make_shared<slicer_fault>(how);
}

}  // namespace

fault_kind slicer_fault_kind() {
  return {.name = "slicer",
          .meaning = "bytes arrive in small pieces with pauses",
          .usual_direction = path_direction::to_client,
          .parameters = {{"size", "mean size of a piece, e.g. \"64\"", true},
                         {"delay", "pause between pieces, e.g. \"10ms\"", true},
                         {"variation", "how far sizes stray, evenly, below the size (0)"}},
          .read = read};
}

}  // namespace holdfast::cluster
