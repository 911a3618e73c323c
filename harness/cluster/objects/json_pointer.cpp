#include "cluster/objects/json_pointer.hpp"

#include <charconv>

namespace holdfast::cluster {
namespace {

std::optional<std::string> unescaped(std::string_view step) {
  std::string text;
  for (std::size_t i = 0; i < step.size(); ++i) {
    if (step[i] != '~') {
      text += step[i];
      continue;
    }
    ++i;
    if (i == step.size() || (step[i] != '0' && step[i] != '1')) return std::nullopt;
    text += step[i] == '0' ? '~' : '/';
  }
  return text;
}

}  // namespace

std::optional<std::vector<std::string>> pointer_steps(std::string_view text) {
  std::vector<std::string> steps;
  if (text.empty()) return steps;
  if (text.front() != '/') return std::nullopt;
  while (true) {
    text.remove_prefix(1);
    auto const end = text.find('/');
    auto step = unescaped(text.substr(0, end));
    if (!step) return std::nullopt;
    steps.push_back(*std::move(step));
    if (end == std::string_view::npos) return steps;
    text.remove_prefix(end);
  }
}

json* value_at(json& root, std::vector<std::string> const& steps, std::size_t count) {
  auto* at = &root;
  for (std::size_t i = 0; i < count; ++i) {
    if (at->is_object()) {
      auto const found = at->find(steps[i]);
      if (found == at->end()) return nullptr;
      at = &*found;
    } else if (at->is_array()) {
      auto const index = list_index(steps[i], at->size());
      if (!index) return nullptr;
      at = &(*at)[*index];
    } else {
      return nullptr;
    }
  }
  return at;
}

std::optional<std::size_t> list_index(std::string_view step, std::size_t limit) {
  if (step.empty() || (step.size() > 1 && step.front() == '0')) return std::nullopt;
  std::size_t index = 0;
  auto const* const end = step.data() + step.size();
  auto const read = std::from_chars(step.data(), end, index);
  if (read.ec != std::errc{} || read.ptr != end || index >= limit) return std::nullopt;
  return index;
}

}  // namespace holdfast::cluster
