#include "experiment/profile_parts.hpp"
#include "experiment/shell_words.hpp"

namespace holdfast::experiment {

std::optional<siege_load> read_siege_load(json_field const& field, profile_builder& builder) {
  auto const line = string_of(field, builder.problems);
  if (!line) return std::nullopt;
  auto words = shell_words(*line);
  if (!words) {
    builder.problems.add(field, words.error().problem, words.error().fix);
    return std::nullopt;
  }
  // A line may be copied with its prompt.
  while (!words->empty() && (words->front() == "$" || words->front() == "siege")) {
    auto const is_siege = words->front() == "siege";
    words->erase(words->begin());
    if (is_siege) break;
  }
  siege_load made{.line = std::string{*line}, .words = *std::move(words)};
  auto const facts = builder.sources.siege(made.words);
  if (!facts) {
    for (auto const& problem : facts.error()) {
      builder.problems.add(field.line(), field.path, problem.value,
                           problem.field.empty() ? problem.problem : problem.field + ": " + problem.problem,
                           problem.fix);
    }
    return std::nullopt;
  }
  made.time = facts->time;
  for (auto const& to : facts->targets) check_target(field, to, builder.system, builder.problems);
  return made;
}

}  // namespace holdfast::experiment
