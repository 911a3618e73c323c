#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cluster/objects/object_meta.hpp"
#include "core/clock.hpp"

namespace holdfast::cluster {

enum class fault_step : std::uint8_t {
  active,    ///< a probe has seen it act
  not_seen,  ///< it was switched on, and the probe has not seen it
  gone,      ///< it was switched off, and a probe sees nothing of it any more
  stays,     ///< it was switched off, and the probe still sees it
  refused,   ///< it cannot be, and why
};

/// What became of a fault on a Service's path.
struct fault_report {
  object_key service{};
  std::string fault{};  ///< as it is written in the annotation; empty when the annotation cannot be read
  fault_step step = fault_step::active;
  std::string evidence{};                ///< what was measured, or what is wrong
  std::optional<time_point> switched{};  ///< when the proxy had switched it on or off; real time
  time_point at{};                       ///< when this was known
};

}  // namespace holdfast::cluster
