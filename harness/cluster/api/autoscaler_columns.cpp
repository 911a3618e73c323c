#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cluster/api/table_columns.hpp"
#include "cluster/objects/object_meta.hpp"

namespace holdfast::cluster {
namespace {

/// Where a metric of that type keeps what it is about: "resource", "pods", ...
std::string field_of(std::string const& type) {
  auto field = type;
  if (!field.empty() && field[0] >= 'A' && field[0] <= 'Z') field[0] = static_cast<char>(field[0] + ('a' - 'A'));
  return field;
}

/// "60%", "500m", or nothing.
std::string amount_text(json const& amount) {
  auto const percent = integer_at(amount, -1, "averageUtilization");
  if (percent >= 0) return fmt::format("{}%", percent);
  for (auto const* const field : {"averageValue", "value"}) {
    auto const& text = text_at(amount, field);
    if (!text.empty()) return text;
  }
  return {};
}

/// "60%/50%" for each metric, "<unknown>" for what was not measured yet.
std::string targets_text(json const& autoscaler) {
  std::vector<std::string> texts;
  auto const& metrics = member(autoscaler, "spec", "metrics");
  auto const& current = member(autoscaler, "status", "currentMetrics");
  if (!metrics.is_array()) return "<none>";
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    auto const field = field_of(text_at(metrics[i], "type"));
    auto measured =
        current.is_array() && i < current.size() ? amount_text(member(current[i], field, "current")) : std::string{};
    if (measured.empty()) measured = "<unknown>";
    texts.push_back(measured + '/' + amount_text(member(metrics[i], field, "target")));
  }
  if (texts.size() > 2) return fmt::format("{}, {} + {} more...", texts[0], texts[1], texts.size() - 2);
  return texts.empty() ? "<none>" : fmt::format("{}", fmt::join(texts, ", "));
}

}  // namespace

std::vector<table_column> autoscaler_columns() {
  return {name_column(),
          {.name = "Reference",
           .cell =
               [](json const& object, wall_time) {
                 return json(text_at(object, "spec", "scaleTargetRef", "kind") + '/' +
                             text_at(object, "spec", "scaleTargetRef", "name"));
               }},
          {.name = "Targets", .cell = [](json const& object, wall_time) { return json(targets_text(object)); }},
          text_column("MinPods", "/spec/minReplicas"_json_pointer, "<unset>"),
          number_column("MaxPods", "/spec/maxReplicas"_json_pointer),
          number_column("Replicas", "/status/currentReplicas"_json_pointer),
          age_column()};
}

}  // namespace holdfast::cluster
