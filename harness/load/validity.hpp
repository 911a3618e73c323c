#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "load/request_ledger.hpp"
#include "load/use_of_limit.hpp"

namespace holdfast::load {

/// What asks for the next request. Paced: a closed loop with think time, whose requests have an intended start too.
enum class loop_kind : std::uint8_t { open, closed, paced };

/// Whether the target itself explains that less was achieved than offered.
enum class target_state : std::uint8_t { answering, failing };

enum class target_place : std::uint8_t { elsewhere, same_machine };

/// Failing when more than 1 % of the started requests failed for a reason that lies with the target or the way to it:
/// everything but 4xx, failed checks and what the end of the run cut off.
/// @param own_limit_hits  connects among them that failed for want of something on this machine
target_state state_of_target(request_ledger const& ledger, std::uint64_t own_limit_hits);

/// What a shard measured of itself.
struct shard_self_check {
  double cpu_share = 0;              ///< CPU time of its thread / length of the run; 1 is a whole core
  nanoseconds loop_lag_p99{};        ///< how late its timer ticks ran
  std::uint64_t loop_lag_ticks = 0;  ///< how many there were
};

/// Everything that the verdict rests on. What could not be read is left empty, and the verdict says so.
struct validity_input {
  loop_kind loop = loop_kind::closed;
  nanoseconds length{};  ///< of the measured part
  std::vector<shard_self_check> shards;

  double offered_per_second = 0;
  double achieved_per_second = 0;  ///< started
  std::uint64_t scheduled = 0;
  std::uint64_t queued = 0;  ///< had to wait for a free connection
  target_state target = target_state::answering;

  std::uint64_t recorded = 0;  ///< requests behind the next five
  nanoseconds slip_p99{};      ///< actual start - intended start
  nanoseconds reported_p50{};
  nanoseconds reported_p99{};
  double mean_concurrency = 0;      ///< requests in flight, average over time
  double completed_per_second = 0;  ///< those whose times are in mean_time
  nanoseconds mean_time{};          ///< from start to end by the clock of mean_concurrency

  std::uint64_t own_limit_hits = 0;         ///< connects that this machine had no descriptor, port or memory for
  std::optional<use_of_limit> open_files;   ///< at their highest
  std::optional<use_of_limit> local_ports;  ///< the same, of the range for outgoing connections
  std::optional<double> steal_share;        ///< of all CPU time of the machine during the run
  std::optional<nanoseconds> throttled;     ///< time for which a cgroup limit stopped this process
  std::vector<broken_equation> broken_equations;
  target_place place = target_place::elsewhere;
};

enum class validity_rule : std::uint8_t {
  conservation,
  generator_cpu,
  loop_lag,
  achieved_rate,
  slip,
  open_files,
  local_ports,
  steal,
  throttling,
  littles_law,
  shared_machine,
};

/// "generator_cpu": as a JSON key.
std::string_view key_of(validity_rule rule);

enum class severity : std::uint8_t { breach, note };

/// What a breach makes of numbers.
namespace bound {
inline constexpr std::string_view latencies = "latencies are upper bounds";
inline constexpr std::string_view throughput = "throughput is a lower bound";
inline constexpr std::string_view everything = "no number of this run can be trusted";
}  // namespace bound

struct finding {
  validity_rule rule;
  severity weight;
  std::string text;                        ///< cause, effect and next step, in sentences
  std::vector<std::string_view> affected;  ///< of `bound`; empty for a note
};

/// Whether the numbers of a run say something about the target, or rather about the generator.
struct validity_verdict {
  enum class answer : std::uint8_t { sound, invalid };
  answer judgement = answer::sound;  ///< invalid with one breach or more
  std::vector<finding> findings;     ///< in the order of the rules

  bool is_sound() const { return judgement == answer::sound; }
  /// What the breaches make of the numbers, each once.
  std::vector<std::string_view> affected() const;
};

/// The rules of the generator's validity, with what there must be for a rule to be able to judge. A
/// rule that cannot judge leaves a note.
validity_verdict judge_validity(validity_input const& input);

}  // namespace holdfast::load
