#include <algorithm>
#include <deque>

#include "cluster/proxy/delay_law.hpp"
#include "cluster/proxy/fault_kinds.hpp"
#include "core/units.hpp"

namespace holdfast::cluster {
namespace {

/// Everything, the end too, goes on after a delay of its own, and never overtakes what came before.
class latency_flow : public flow_fault {
 public:
  latency_flow(delay_law law, random_engine random) : law_{law}, random_{random} {}

  void on_bytes(std::uint64_t count, time_point now) override {
    auto const due = next_due(now);
    if (waiting_.size() >= most_pieces) {  // many tiny pieces: those behind travel together
      waiting_.back() = {waiting_.back().bytes + count, due};
    } else {
      waiting_.push_back({count, due});
    }
  }

  void on_end(time_point now) override { end_due_ = next_due(now); }

  flow_step step(time_point now) override {
    flow_step done;
    while (!waiting_.empty() && waiting_.front().due <= now) {
      done.forward += waiting_.front().bytes;
      waiting_.pop_front();
    }
    if (!waiting_.empty()) {
      done.next = waiting_.front().due;
    } else if (end_due_ && *end_due_ <= now) {
      done.end = flow_end::finish;
    } else {
      done.next = end_due_;
    }
    return done;
  }

 private:
  struct piece {
    std::uint64_t bytes;
    time_point due;
  };
  static constexpr std::size_t most_pieces = 1024;

  time_point next_due(time_point now) { return last_due_ = std::max(last_due_, now + draw(law_, random_)); }

  delay_law law_;
  random_engine random_;
  std::deque<piece> waiting_;
  time_point last_due_{};
  std::optional<time_point> end_due_;
};

class latency_fault : public path_fault {
 public:
  explicit latency_fault(delay_law law) : law_{law} {}

  std::unique_ptr<flow_fault> start(random_engine random) const override {
    return std::make_unique<latency_flow>(law_, random);
  }

  probe_plan probing(path_direction) const override {
    // About a second: the more there are, the less other work on the machine matters.
    auto const fitting = std::clamp<std::int64_t>(std::chrono::seconds{1} / law_.mean, 5, 25);
    return {.echoes = law_.shape == delay_shape::constant ? static_cast<unsigned>(fitting) : 15U,
            .patience = 4 * (law_.mean + law_.jitter) + std::chrono::seconds{2}};
  }

  fault_judgement judge(probe_observation const& seen, probe_observation const& before) const override {
    if (seen.echoes_answered == 0) return {fault_sight::unclear, "no answer to time"};
    // The least is what other work on the machine touches least; with jitter the middle of several tells more.
    auto const is_constant = law_.shape == delay_shape::constant;
    auto const added = is_constant ? seen.echo_least - before.echo_least : seen.echo_median - before.echo_median;
    auto const tolerance =
        std::max<nanoseconds>(is_constant ? law_.mean / 20 : law_.mean / 10 + law_.jitter, least_tolerance);
    auto const is_near = added >= law_.mean - tolerance && added <= law_.mean + tolerance && added >= law_.mean / 2;
    return {is_near                 ? fault_sight::present
            : added < law_.mean / 2 ? fault_sight::absent
                                    : fault_sight::unclear,
            "added latency " + format_duration(added) + ", " + format_duration(law_.mean) + " +- " +
                format_duration(tolerance) + " wanted"};
  }

 private:
  static constexpr nanoseconds least_tolerance = std::chrono::milliseconds{5};
  delay_law law_;
};

std::shared_ptr<path_fault const> read(parameter_reader& parameters) {
  delay_law law;
  law.mean = parameters.duration("delay");
  law.jitter = parameters.duration("jitter");
  auto const is_shaped = parameters.has("distribution");
  law.shape = static_cast<delay_shape>(parameters.choice("distribution", delay_shape_names()));
  if (!is_shaped && law.jitter > nanoseconds{0}) law.shape = delay_shape::uniform;
  if (parameters.has_problems()) return nullptr;
  if (law.mean <= nanoseconds{0}) parameters.refuse("delay", "a delay is above zero", "Write e.g. \"100ms\".");
  if (law.mean > std::chrono::minutes{10})
    parameters.refuse("delay", "longer than ten minutes", "Use blackhole instead.");
  if (law.shape == delay_shape::constant && law.jitter > nanoseconds{0}) {
    parameters.refuse("jitter", "a constant delay has no jitter", "Choose another distribution, or remove the jitter.");
  }
  if (law.shape != delay_shape::constant && law.jitter <= nanoseconds{0}) {
    parameters.refuse("jitter", "this distribution needs a jitter above zero", "Write e.g. \"10ms\".");
  }
  if (law.shape == delay_shape::uniform && law.jitter > law.mean) {
    parameters.refuse("jitter", "above the delay, so that delays would be below zero",
                      "Give a smaller jitter or a longer delay.");
  }
  if (parameters.has_problems()) return nullptr;
  return std::make_shared<latency_fault>(law);
}

}  // namespace

fault_kind latency_fault_kind() {
  return {.name = "latency",
          .meaning = "everything comes later",
          .usual_direction = path_direction::to_client,
          .parameters = {{"delay", "mean delay, e.g. \"100ms\"", true},
                         {"jitter", "how far delays stray: half the width of uniform, else the standard deviation"},
                         {"distribution",
                          "constant, uniform, normal, lognormal or pareto (uniform with a jitter, else constant)"}},
          .read = read};
}

}  // namespace holdfast::cluster
