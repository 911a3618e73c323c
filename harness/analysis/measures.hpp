#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "analysis/metric_values.hpp"
#include "analysis/platform_history.hpp"

namespace holdfast::analysis {

/// What all measures look at: events in the order of time, and the time that the load was observed.
struct measured_arm {
  arm_observation const& seen;
  measure_settings const& settings;
  std::vector<timeline_event> events;
  platform_history history;
  nanoseconds from{}, to{};
  good_rule const& rule() const { return settings.recovery.good; }
};

/// Takes values under metric names.
class measure_sink {
 public:
  explicit measure_sink(metric_values& into) : into_{into} {}
  void put(std::string name, double value) { into_[std::move(name)] = value; }
  void put(std::string name, nanoseconds value) { put(std::move(name), in_seconds(value)); }
  void put(std::string name, std::optional<duration_range> const& value) {
    if (value) put(std::move(name), value->at_most);
  }
  template <class Value>
  void put(std::string name, std::optional<Value> const& value) {
    if (value) put(std::move(name), *value);
  }

 private:
  metric_values& into_;
};

/// A name as one part of a metric's: without dots.
std::string metric_part(std::string_view name);

void measure_requests(measured_arm const& arm, measure_sink& to);
void measure_availability(measured_arm const& arm, measure_sink& to);
void measure_recovery(measured_arm const& arm, measure_sink& to);
void measure_breakers(measured_arm const& arm, measure_sink& to);
void measure_elasticity(measured_arm const& arm, measure_sink& to);
void measure_rollouts(measured_arm const& arm, measure_sink& to);
void measure_causes(measured_arm const& arm, measure_sink& to);

}  // namespace holdfast::analysis
