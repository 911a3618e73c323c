#include "cluster/control/start_obstacle.hpp"

#include <fmt/format.h>

namespace holdfast::cluster {
namespace {

std::string missing_text(config_reference const& reference) {
  bool const is_secret = reference.from == config_reference::source::secret;
  if (reference.found == config_reference::state::no_key) {
    return fmt::format("couldn't find key {} in {} {}", reference.key, is_secret ? "Secret" : "ConfigMap",
                       reference.name);
  }
  return fmt::format("{} \"{}\" not found", is_secret ? "secret" : "configmap", reference.name);
}

start_obstacle missing_reference(config_reference const& reference) {
  auto const text = missing_text(reference);
  explanation why{.rule = "a reference that is not optional has to be there when the container starts"};
  if (reference.used_as == config_reference::use::volume) {
    why.statement = fmt::format("MountVolume.SetUp failed for volume \"{}\" : {}", reference.volume, text);
    return {"ContainerCreating", "FailedMount", why};
  }
  why.statement = "Error: " + text;
  return {"CreateContainerConfigError", "Failed", why};
}

}  // namespace

std::optional<start_obstacle> obstacle_of(std::span<config_reference const> references) {
  for (auto const use : {config_reference::use::volume, config_reference::use::environment}) {
    for (auto const& each : references) {
      bool const is_missing = each.found != config_reference::state::found && !each.is_optional;
      if (is_missing && each.used_as == use) return missing_reference(each);
    }
  }
  return std::nullopt;
}

time_point next_try_after_error(time_point now, double draw) {
  constexpr double interval = 10.0;
  return now + from_seconds(interval * (1.0 + 0.5 * draw));
}

}  // namespace holdfast::cluster
