#include "cluster/control/label_selector.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace holdfast::cluster {
namespace {

bool holds(label_requirement const& requirement, label_map const& labels) {
  auto const label = labels.find(requirement.key);
  bool const is_there = label != labels.end();
  auto const is_listed = [&] {
    return std::ranges::find(requirement.values, label->second) != requirement.values.end();
  };
  switch (requirement.op) {
    case label_operator::in:
      return is_there && is_listed();
    case label_operator::not_in:
      return !is_there || !is_listed();
    case label_operator::exists:
      return is_there;
    case label_operator::does_not_exist:
      return !is_there;
  }
  return false;
}

std::string requirement_text(label_requirement const& requirement) {
  switch (requirement.op) {
    case label_operator::in:
      return fmt::format("{} in ({})", requirement.key, fmt::join(requirement.values, ","));
    case label_operator::not_in:
      return fmt::format("{} notin ({})", requirement.key, fmt::join(requirement.values, ","));
    case label_operator::exists:
      return requirement.key;
    case label_operator::does_not_exist:
      return "!" + requirement.key;
  }
  return {};
}

}  // namespace

bool is_empty(label_selector const& selector) { return selector.match_labels.empty() && selector.expressions.empty(); }

bool matches(label_selector const& selector, label_map const& labels) {
  auto const has_label = [&](auto const& wanted) {
    auto const label = labels.find(wanted.first);
    return label != labels.end() && label->second == wanted.second;
  };
  return std::ranges::all_of(selector.match_labels, has_label) &&
         std::ranges::all_of(selector.expressions, [&](auto const& each) { return holds(each, labels); });
}

std::vector<unit_error> problems_of(label_selector const& selector) {
  std::vector<unit_error> found;
  for (auto const& each : selector.expressions) {
    bool const needs_values = each.op == label_operator::in || each.op == label_operator::not_in;
    if (each.key.empty()) found.push_back({"a label expression has no key", "Name the label in \"key\""});
    if (needs_values && each.values.empty()) {
      found.push_back({fmt::format("the expression on label \"{}\" lists no values", each.key),
                       "In and NotIn need at least one entry in \"values\""});
    }
    if (!needs_values && !each.values.empty()) {
      found.push_back({fmt::format("the expression on label \"{}\" has values that nobody compares with", each.key),
                       "Exists and DoesNotExist take no \"values\"; remove them or use In"});
    }
  }
  return found;
}

std::string text_of(label_selector const& selector) {
  std::vector<std::string> parts;
  for (auto const& [key, value] : selector.match_labels) parts.push_back(fmt::format("{}={}", key, value));
  for (auto const& each : selector.expressions) parts.push_back(requirement_text(each));
  return parts.empty() ? "<none>" : fmt::format("{}", fmt::join(parts, ","));
}

}  // namespace holdfast::cluster
