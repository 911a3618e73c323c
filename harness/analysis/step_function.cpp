#include "analysis/step_function.hpp"

namespace holdfast::analysis {

step_function::step_function(std::vector<step> steps) {
  std::ranges::stable_sort(steps, {}, &step::at);
  for (auto const& next : steps) {
    if (!steps_.empty() && steps_.back().at == next.at) steps_.pop_back();
    if (steps_.empty() || steps_.back().value != next.value) steps_.push_back(next);
  }
}

double step_function::value_at(nanoseconds at) const {
  if (steps_.empty()) return 0;
  auto const after = std::ranges::upper_bound(steps_, at, {}, &step::at);
  return after == steps_.begin() ? steps_.front().value : std::prev(after)->value;
}

std::vector<step_function::step> step_function::changes_in(nanoseconds from, nanoseconds to) const {
  std::vector<step> found;
  for (std::size_t i = 1; i < steps_.size(); ++i) {
    if (steps_[i].at > from && steps_[i].at <= to) found.push_back(steps_[i]);
  }
  return found;
}

double step_function::max_in(nanoseconds from, nanoseconds to) const {
  auto most = value_at(from);
  for (auto const& change : changes_in(from, to)) most = std::max(most, change.value);
  return most;
}

double step_function::min_in(nanoseconds from, nanoseconds to) const {
  auto least = value_at(from);
  for (auto const& change : changes_in(from, to)) least = std::min(least, change.value);
  return least;
}

}  // namespace holdfast::analysis
