#include "load/scenario_keys.hpp"
#include "load/scenario_parts.hpp"

namespace holdfast::load {
namespace {

void read_uniform(json_field const& field, think_time& think, scenario_builder& builder) {
  auto const ends = elements_of(field, builder.problems);
  if (field.value->kind != json_kind::array) return;
  if (ends.size() != 2) {
    return builder.problems.add(field, "needs the shortest and the longest pause", "Write e.g. [\"0s\", \"1s\"].");
  }
  auto const first = duration_of(ends[0], builder.problems);
  auto const last = duration_of(ends[1], builder.problems);
  if (!first || !last) return;
  if (*first > *last)
    return builder.problems.add(field, "the longest pause is shorter than the shortest", "Swap them.");
  think = {.kind = think_time::law::uniform, .first = *first, .last = *last};
}

}  // namespace

void read_think(std::optional<json_field> const& field, think_time& think, scenario_builder& builder) {
  if (!field) return;
  if (field->value->kind != json_kind::object) {
    if (auto const length = duration_of(*field, builder.problems)) think = {.first = *length};
    return;
  }
  json_object const object{*field, scenario_keys::think, builder.problems};
  auto const uniform = object.find("uniform");
  auto const exponential = object.find("exponential");
  if (uniform.has_value() == exponential.has_value()) {
    return builder.problems.add(*field, "needs either \"uniform\" or \"exponential\"",
                                "Write e.g. {\"uniform\": [\"0s\", \"1s\"]} or {\"exponential\": \"200ms\"}.");
  }
  if (uniform) return read_uniform(*uniform, think, builder);
  auto const mean = duration_of(*exponential, builder.problems);
  if (!mean) return;
  if (*mean <= nanoseconds{0})
    return builder.problems.add(*exponential, "the mean must be above zero", "Write e.g. \"200ms\".");
  think = {.kind = think_time::law::exponential, .first = *mean};
}

}  // namespace holdfast::load
