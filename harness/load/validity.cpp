#include "load/validity.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "core/units.hpp"

namespace holdfast::load {
namespace {

using namespace std::chrono_literals;

constexpr double highest_cpu_share = 0.90;
constexpr nanoseconds lag_always_allowed = 1ms;
constexpr std::int64_t lag_part_of_p50 = 10;
constexpr double lowest_achieved_share = 0.99;
constexpr std::int64_t slip_part_of_p99 = 20;
constexpr double highest_steal_share = 0.05;
constexpr double largest_little_error = 0.05;

// A 99th percentile of fewer values is their maximum; 1 % of fewer requests is none.
constexpr std::uint64_t fewest_samples = 100;
// Shares of CPU time come from a clock that ticks every 10 ms; at 1 s a tick is 1 %.
constexpr nanoseconds shortest_run = 1s;
// Requests that reach over an end of the run distort Little's law by up to mean time / length.
constexpr std::int64_t fewest_mean_times = 20;

std::string percent(double share) { return fmt::format("{:.1f} %", 100 * share); }

class judge {
 public:
  explicit judge(validity_input const& input) : in_{input} {}

  validity_verdict verdict() && {
    conservation();
    generator_cpu();
    loop_lag();
    achieved_rate();
    slip();
    open_files();
    local_ports();
    steal();
    throttling();
    littles_law();
    shared_machine();
    return std::move(verdict_);
  }

 private:
  void breach(validity_rule rule, std::string text, std::vector<std::string_view> affected) {
    verdict_.judgement = validity_verdict::answer::invalid;
    verdict_.findings.push_back({rule, severity::breach, std::move(text), std::move(affected)});
  }
  void note(validity_rule rule, std::string text) {
    verdict_.findings.push_back({rule, severity::note, std::move(text), {}});
  }
  void not_judged(validity_rule rule, std::string_view what, std::string_view why) {
    note(rule, fmt::format("{} not judged: {}.", what, why));
  }

  void conservation() {
    for (auto const& e : in_.broken_equations) {
      breach(validity_rule::conservation,
             fmt::format("The counts do not add up: {} was {} = {}. This is a bug of Holdfast and makes all numbers "
                         "doubtful; please report it with the run's folder.",
                         e.equation, format_count(e.left), format_count(e.right)),
             {bound::everything});
    }
  }

  void generator_cpu() {
    constexpr auto rule = validity_rule::generator_cpu;
    if (in_.length < shortest_run) {
      not_judged(rule, "The CPU use of the generator was", "the run was shorter than 1 s; let it last longer");
      return;
    }
    for (std::size_t i = 0; i < in_.shards.size(); ++i) {
      auto const share = in_.shards[i].cpu_share;
      if (!std::isfinite(share)) {
        not_judged(rule, fmt::format("The CPU use of shard {} was", i), "it could not be measured");
      } else if (share > highest_cpu_share) {
        breach(rule,
               fmt::format("Shard {} of the generator used {} of a core (limit {}): requests may have waited in the "
                           "generator itself. Add a shard with --threads, or lower the load.",
                           i, percent(share), percent(highest_cpu_share)),
               {bound::latencies, bound::throughput});
      }
    }
  }

  void loop_lag() {
    constexpr auto rule = validity_rule::loop_lag;
    auto const limit = std::max(lag_always_allowed, in_.reported_p50 / lag_part_of_p50);
    for (std::size_t i = 0; i < in_.shards.size(); ++i) {
      auto const& shard = in_.shards[i];
      if (shard.loop_lag_ticks < fewest_samples) {
        not_judged(rule, fmt::format("The event-loop lag of shard {} was", i),
                   fmt::format("{} ticks are too few for a 99th percentile ({} needed); let the run last longer",
                               shard.loop_lag_ticks, fewest_samples));
      } else if (shard.loop_lag_p99 > limit) {
        breach(rule,
               fmt::format("The event loop of shard {} ran {} late at its 99th percentile (limit {}): answers were "
                           "noticed late. Add a shard with --threads, lower the load, or free the machine's cores.",
                           i, format_duration(shard.loop_lag_p99), format_duration(limit)),
               {bound::latencies});
      }
    }
  }

  void achieved_rate() {
    constexpr auto rule = validity_rule::achieved_rate;
    if (in_.loop != loop_kind::open) return;
    if (in_.scheduled < fewest_samples) {
      not_judged(rule, "The achieved rate was",
                 fmt::format("1 % of {} scheduled requests is less than one; schedule {} at least", in_.scheduled,
                             fewest_samples));
      return;
    }
    if (!std::isfinite(in_.achieved_per_second) || !std::isfinite(in_.offered_per_second)) {
      return not_judged(rule, "The achieved rate was", "it could not be measured");
    }
    if (in_.achieved_per_second >= lowest_achieved_share * in_.offered_per_second) return;
    auto const rates = fmt::format("{} requests a second were started of {} offered",
                                   format_rate(in_.achieved_per_second), format_rate(in_.offered_per_second));
    if (in_.target == target_state::failing) {
      note(rule, rates + ": the target was failing, so this says nothing against the generator.");
      return;
    }
    breach(rule,
           rates +
               " (limit 99.0 %) though the target was not failing: it was not tested at the rate asked for. Raise "
               "the number of connections with -c, add a shard with --threads, or lower the rate.",
           {bound::throughput, bound::latencies});
  }

  void slip() {
    constexpr auto rule = validity_rule::slip;
    if (in_.loop == loop_kind::closed) return;
    if (in_.recorded < fewest_samples) {
      not_judged(
          rule, "The slip of send times was",
          fmt::format("{} requests are too few for a 99th percentile ({} needed)", in_.recorded, fewest_samples));
      return;
    }
    if (in_.slip_p99 * slip_part_of_p99 <= in_.reported_p99) return;
    auto const late = fmt::format(
        "Requests were sent {} late at the 99th percentile, more than 5 % of the reported "
        "p99 of {}: ",
        format_duration(in_.slip_p99), format_duration(in_.reported_p99));
    // One in a hundred is what a 99th percentile is made of.
    auto const waited_for_connections = in_.queued * 100 >= in_.recorded;
    breach(rule,
           waited_for_connections
               ? late + fmt::format("{} had to wait for a free connection, which belongs to the limit of the "
                                    "generator and not to the target. Add connections with -c, or lower the load.",
                                    format_count(in_.queued))
               : late +
                     "part of the latency is the generator's. Add a shard with --threads, free the machine's "
                     "cores, or lower the load.",
           {bound::latencies});
  }

  void open_files() {
    constexpr auto rule = validity_rule::open_files;
    if (in_.own_limit_hits > 0) {
      breach(rule,
             fmt::format("{} connections could not be opened because this machine had no file descriptor, port or "
                         "memory left for them: these failures are the generator's and not the target's. Raise the "
                         "limit with ulimit -n, or use fewer connections.",
                         format_count(in_.own_limit_hits)),
             {bound::latencies, bound::throughput});
    }
    if (!in_.open_files) return not_judged(rule, "The number of open files was", "it could not be read");
    if (!in_.open_files->is_nearly_used_up()) return;
    breach(
        rule,
        fmt::format("{} of {} possible files were open (limit 90 %): new connections may have had to wait or failed. "
                    "Raise the limit with ulimit -n, or use fewer connections.",
                    format_count(in_.open_files->used), format_count(in_.open_files->limit)),
        {bound::latencies, bound::throughput});
  }

  void local_ports() {
    constexpr auto rule = validity_rule::local_ports;
    if (!in_.local_ports) return not_judged(rule, "The number of local ports was", "it could not be read");
    if (!in_.local_ports->is_nearly_used_up()) return;
    breach(
        rule,
        fmt::format("{} of {} local ports were in use (limit 90 %): connects may have been slow or failed for want of "
                    "a port. Keep connections alive, widen net.ipv4.ip_local_port_range, or lower the load.",
                    format_count(in_.local_ports->used), format_count(in_.local_ports->limit)),
        {bound::latencies, bound::throughput});
  }

  void steal() {
    constexpr auto rule = validity_rule::steal;
    if (!in_.steal_share || !std::isfinite(*in_.steal_share)) {
      return not_judged(rule, "Steal time was", "it could not be read");
    }
    if (in_.length < shortest_run) {
      return not_judged(rule, "Steal time was", "the run was shorter than 1 s; let it last longer");
    }
    if (*in_.steal_share <= highest_steal_share) return;
    breach(
        rule,
        fmt::format("The hypervisor withheld {} of the CPU time (limit {}): the generator stood still without knowing "
                    "it. Repeat on a machine of its own or a larger one.",
                    percent(*in_.steal_share), percent(highest_steal_share)),
        {bound::latencies, bound::throughput});
  }

  void throttling() {
    constexpr auto rule = validity_rule::throttling;
    if (!in_.throttled) return not_judged(rule, "Throttling by a cgroup was", "it could not be read");
    if (*in_.throttled <= 0ns) return;
    breach(
        rule,
        fmt::format("A CPU limit of the cgroup stopped the generator for {} in all: requests waited in the generator. "
                    "Raise or remove the CPU limit of its container.",
                    format_duration(*in_.throttled)),
        {bound::latencies, bound::throughput});
  }

  void littles_law() {
    constexpr auto rule = validity_rule::littles_law;
    if (in_.recorded < fewest_samples) {
      return not_judged(rule, "Little's law was",
                        fmt::format("{} requests are too few ({} needed)", in_.recorded, fewest_samples));
    }
    if (in_.length < in_.mean_time * fewest_mean_times) {
      return not_judged(
          rule, "Little's law was",
          fmt::format("the run lasted less than {} mean response times; let it last longer", fewest_mean_times));
    }
    auto const expected = in_.completed_per_second * in_seconds(in_.mean_time);
    auto const difference = std::abs(in_.mean_concurrency - expected);
    if (!std::isfinite(difference)) return not_judged(rule, "Little's law was", "it could not be measured");
    if (difference <= largest_little_error * expected) return;
    breach(rule,
           fmt::format("On average {:.4g} requests were in flight, but rate times mean time makes {:.4g} (limit 5 % "
                       "apart): time is missing from the measurement or counted twice. Please report it with the run's "
                       "folder.",
                       in_.mean_concurrency, expected),
           {bound::everything});
  }

  void shared_machine() {
    if (in_.place != target_place::same_machine) return;
    note(validity_rule::shared_machine,
         "Target and generator share this machine: they compete for its cores, so the target is faster on a machine of "
         "its own. Compare only with runs made in the same way.");
  }

  validity_input const& in_;
  validity_verdict verdict_;
};

}  // namespace

target_state state_of_target(request_ledger const& ledger, std::uint64_t own_limit_hits) {
  auto const own = ledger.ended_as(outcome::http_4xx) + ledger.ended_as(outcome::check_failed);
  auto const failed = ledger.failed() - own - std::min(own_limit_hits, ledger.failed() - own);
  return failed * 100 > ledger.started ? target_state::failing : target_state::answering;
}

std::string_view key_of(validity_rule rule) {
  constexpr std::array<std::string_view, 11> keys{"conservation", "generator_cpu", "loop_lag",      "achieved_rate",
                                                  "slip",         "open_files",    "local_ports",   "steal",
                                                  "throttling",   "littles_law",   "shared_machine"};
  return keys[static_cast<std::size_t>(rule)];
}

std::vector<std::string_view> validity_verdict::affected() const {
  std::vector<std::string_view> all;
  for (auto const& f : findings) {
    for (auto const what : f.affected) {
      if (std::ranges::find(all, what) == all.end()) all.push_back(what);
    }
  }
  return all;
}

validity_verdict judge_validity(validity_input const& input) { return judge{input}.verdict(); }

}  // namespace holdfast::load
