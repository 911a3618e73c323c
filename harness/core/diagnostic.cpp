#include "core/diagnostic.hpp"

#include <algorithm>
#include <numeric>

namespace holdfast {
namespace {

// Levenshtein distance with swapped neighbours as one edit ("laod"): optimal string alignment, three rows.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> previous(b.size() + 1);
  std::iota(previous.begin(), previous.end(), std::size_t{0});
  std::vector<std::size_t> current(b.size() + 1);
  std::vector<std::size_t> before_previous(b.size() + 1);
  for (std::size_t i = 0; i < a.size(); ++i) {
    current[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      auto const substitution = previous[j] + (a[i] == b[j] ? 0U : 1U);
      current[j + 1] = std::min({previous[j + 1] + 1, current[j] + 1, substitution});
      bool const swapped = i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j];
      if (swapped) current[j + 1] = std::min(current[j + 1], before_previous[j - 1] + 1);
    }
    std::swap(before_previous, previous);
    std::swap(previous, current);
  }
  return previous[b.size()];
}

}  // namespace

std::string to_string(diagnostic const& d) {
  std::string text;
  if (!d.file.empty()) {
    text += d.file;
    if (d.line != 0) text += ':' + std::to_string(d.line);
    text += ": ";
  }
  if (!d.field.empty()) text += d.field + ": ";
  text += d.problem;
  if (!d.value.empty()) text += " (got \"" + d.value + "\")";
  text += '.';
  if (!d.fix.empty()) text += '\n' + d.fix;
  return text;
}

std::string to_string(diagnostics const& all) {
  std::string text;
  for (auto const& d : all) text += to_string(d) + '\n';
  return text;
}

std::string_view nearest_word(std::string_view word, std::span<std::string_view const> candidates) {
  std::string_view best;
  auto best_distance = std::max<std::size_t>(word.size() / 3, 1) + 1;  // a third of the letters may differ
  for (auto const candidate : candidates) {
    auto const distance = edit_distance(word, candidate);
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

std::string did_you_mean(std::string_view word, std::span<std::string_view const> candidates) {
  auto const near = nearest_word(word, candidates);
  return near.empty() ? std::string{} : " Did you mean \"" + std::string{near} + "\"?";
}

}  // namespace holdfast
