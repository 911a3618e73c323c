#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/clock.hpp"
#include "core/random.hpp"
#include "core/result.hpp"
#include "core/units.hpp"

namespace holdfast::target {

struct constant_law {
  nanoseconds value{};
};
struct uniform_law {
  nanoseconds least{};
  nanoseconds most{};
};
/// exp of a normal variable; sigma is the standard deviation of the logarithm, above zero.
struct lognormal_law {
  nanoseconds median{};
  double sigma = 0;
};
/// `slow` with this probability, else `fast`.
struct bimodal_law {
  nanoseconds fast{};
  nanoseconds slow{};
  double slow_probability = 0;
};
/// Grows (or shrinks) linearly from the server's start on, and stays at `to` afterwards.
struct drift_law {
  nanoseconds from{};
  nanoseconds to{};
  nanoseconds over{};
};

using latency_law = std::variant<constant_law, uniform_law, lognormal_law, bimodal_law, drift_law>;

/// A delay that follows the law. Never negative, at most one day. Two draws are independent.
/// @param since_start  time since the server started; only drift looks at it
nanoseconds draw(latency_law const& law, nanoseconds since_start, random_engine& random);

/// The exact value at quantile `q` in [0, 1] of the law's distribution; nothing for drift, which has no fixed one, and
/// for the unbounded end of lognormal (q = 1). Of bimodal the left limit: the smallest x with P(delay <= x) >= q.
std::optional<nanoseconds> true_quantile(latency_law const& law, double q);

/// Times at which the server does not answer (or not listen): [first + k * every, first + k * every + length).
struct time_windows {
  nanoseconds every{};
  nanoseconds length{};
  nanoseconds first{};

  bool contains(nanoseconds since_start) const;
  /// `since_start`, or the end of the window it lies in.
  nanoseconds release(nanoseconds since_start) const;
  /// Start of the first window at or after `since_start`.
  nanoseconds next_start(nanoseconds since_start) const;
};

/// When answers are due: the sum of the laws' delays, held back while the server is frozen.
struct latency_plan {
  std::vector<latency_law> laws;
  std::vector<time_windows> freezes;

  bool is_immediate() const { return laws.empty() && freezes.empty(); }
  /// When the answer to a request that arrived at `arrival` may be sent. Both are times since the server's start.
  nanoseconds due(nanoseconds arrival, random_engine& random) const;
};

/// Reads laws joined by '+', and adds them to `plan`: "constant:5ms", "uniform:1ms..10ms",
/// "lognormal:median=5ms,sigma=0.5", "bimodal:1ms,100ms,p=0.05", "drift:1ms..20ms,over=60s",
/// "freeze:every=10s,for=1s,at=3s" ("at" is `every` when left out).
std::optional<unit_error> add_latency(std::string_view text, latency_plan& plan);

/// "every=10s,for=1s,at=3s".
result<time_windows, unit_error> parse_time_windows(std::string_view text);

}  // namespace holdfast::target
