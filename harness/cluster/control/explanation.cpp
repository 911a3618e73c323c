#include "cluster/control/explanation.hpp"

#include <fmt/format.h>

namespace holdfast::cluster {

std::string message(explanation const& why) {
  std::vector<std::string> parts;
  if (!why.rule.empty()) parts.push_back("rule: " + why.rule);
  if (!why.inputs.empty()) {
    std::vector<std::string> inputs;
    for (auto const& each : why.inputs) inputs.push_back(fmt::format("{}={}", each.name, each.value));
    parts.push_back(fmt::format("inputs: {}", fmt::join(inputs, ", ")));
  }
  if (!why.limit.empty()) parts.push_back("limited by: " + why.limit);
  if (parts.empty()) return why.statement;
  return fmt::format("{} ({})", why.statement, fmt::join(parts, "; "));
}

}  // namespace holdfast::cluster
