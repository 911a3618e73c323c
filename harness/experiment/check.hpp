#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "core/result.hpp"
#include "core/units.hpp"

namespace holdfast::experiment {

enum class comparison : std::uint8_t { less, at_most, more, at_least, equal, different };

/// "<", "<=", ">", ">=", "=", "!=".
std::string_view name_of(comparison how);
bool holds(double left, comparison how, double right);

/// What a number counts. Values are kept in the unit in brackets.
enum class quantity_unit : std::uint8_t {
  share,     ///< "99.9%" [1]
  duration,  ///< "250ms" [s]
  rate,      ///< "500/s" [1/s]
  number,    ///< "3" [1]: counts, factors, yes (1) or no (0)
};
std::string_view name_of(quantity_unit unit);

struct quantity {
  double value = 0;
  quantity_unit unit = quantity_unit::number;
  friend bool operator==(quantity, quantity) = default;
};
/// As people read it: "99.9%", "250 ms", "500/s", "3". A difference may be below zero.
std::string to_string(quantity what);

/// The part of an arm's time that a metric is taken over.
enum class scope_kind : std::uint8_t {
  measurement,  ///< all phases that count
  during,       ///< from the beginning to the end of the named phase or action
  before,       ///< what counts before its beginning
  after,        ///< what counts after its end
};
struct check_scope {
  scope_kind kind = scope_kind::measurement;
  std::string name;  ///< of a phase or an action
  friend bool operator==(check_scope const&, check_scope const&) = default;
};

/// "arms.with.latency.p99": which number.
struct metric_reference {
  std::string arm;  ///< empty: of the arm that is judged
  std::string name;
  friend bool operator==(metric_reference const&, metric_reference const&) = default;
};

/// A metric of the right side, perhaps with a factor: "1.2 * arms.without.latency.p99".
struct scaled_metric {
  double factor = 1;
  metric_reference metric;
  friend bool operator==(scaled_metric const&, scaled_metric const&) = default;
};

/// "latency.p99 < 250ms during rollout".
struct check_condition {
  metric_reference metric;
  comparison how = comparison::at_least;
  std::variant<quantity, scaled_metric> limit;
  check_scope scope;
  std::string text;  ///< as it was written
};

/// Reads
///     METRIC OPERATOR LIMIT [during|before|after NAME]
/// where METRIC is a dotted name, perhaps with "arms.NAME." before it, OPERATOR one of < <= > >= = == !=, and LIMIT a
/// quantity or [FACTOR *] METRIC.
/// @error  why it is none, and how to write it
result<check_condition, unit_error> parse_check(std::string_view text);

/// What is known of a metric in an arm and scope.
struct metric_reading {
  enum class state : std::uint8_t {
    known,
    not_measured,  ///< there is such a metric, but nothing to take it from: see `note`
    unknown,       ///< there is no such metric
  };
  state is = state::unknown;
  quantity value{};
  std::optional<double> low{}, high{};  ///< its interval, where it has one
  bool at_least = false;                ///< censored: the true value may be larger
  std::string note{};                   ///< e.g. "3,000 requests would settle it"
};
using metric_lookup = std::function<metric_reading(metric_reference const&, check_scope const&)>;

enum class check_verdict : std::uint8_t { pass, fail, inconclusive, no_such_metric };
std::string_view name_of(check_verdict verdict);

struct check_outcome {
  check_verdict verdict = check_verdict::inconclusive;
  std::optional<double> value{};  ///< of the left side
  std::string message;            ///< "availability is 99.95%, needed >= 99.9%"
};

/// Whether the condition holds. With an interval: pass where all of it does, fail where none of it does, else
/// inconclusive; "=" and "!=" are rules about what was seen and look at the value alone. A censored value passes only
/// what any larger one would pass too.
check_outcome evaluate(check_condition const& check, metric_lookup const& lookup);

}  // namespace holdfast::experiment
