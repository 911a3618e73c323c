#include "experiment/plan.hpp"

#include <algorithm>
#include <tuple>

#include "core/random.hpp"

namespace holdfast::experiment {
namespace {

void add_action(action const& what, std::uint32_t index, plan& into) {
  auto const* const at = std::get_if<at_time>(&what.trigger);
  if (at == nullptr) return into.waiting.push_back(index);
  for (std::uint32_t turn = 0; turn < what.times; ++turn) {
    auto const begin = at->at + what.every * static_cast<std::int64_t>(turn);
    into.steps.push_back({begin, step_kind::action_begin, index, turn});
    if (what.end.lasts) into.steps.push_back({begin + *what.end.lasts, step_kind::action_end, index, turn});
  }
}

// Of one time: first the phase, so that what happens belongs to it; what ends before what begins.
int rank_of(step_kind kind) {
  switch (kind) {
    case step_kind::load_begin:
      return 0;
    case step_kind::phase_begin:
      return 1;
    case step_kind::action_end:
      return 2;
    case step_kind::action_begin:
      return 3;
    case step_kind::load_end:
      return 4;
  }
  return 4;
}

void add_runs(profile const& what, plan& into) {
  auto const arms = static_cast<std::uint32_t>(what.arms.size());
  for (std::uint32_t repetition = 0; repetition < what.repeat; ++repetition) {
    auto const seed = repetition == 0 ? what.seed : derived_seed(what.seed, repetition);
    for (std::uint32_t i = 0; i < arms; ++i) {
      // Turned round every time, so that what drifts meanwhile favours no arm.
      into.runs.push_back({repetition % 2 == 0 ? i : arms - 1 - i, repetition, seed});
    }
  }
}

}  // namespace

plan make_plan(profile const& what) {
  plan made;
  add_runs(what, made);
  made.steps.push_back({.kind = step_kind::load_begin});
  for (std::uint32_t i = 0; i < what.phases.size(); ++i) {
    made.steps.push_back({what.phases[i].begin, step_kind::phase_begin, i});
  }
  for (std::uint32_t i = 0; i < what.actions.size(); ++i) add_action(what.actions[i], i, made);
  if (auto const length = length_of(what.load)) made.steps.push_back({*length, step_kind::load_end});
  std::ranges::stable_sort(made.steps, {}, [](timed_step const& step) {
    return std::pair{step.at, rank_of(step.kind)};
  });
  return made;
}

}  // namespace holdfast::experiment
