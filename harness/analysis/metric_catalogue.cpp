#include "analysis/metric_catalogue.hpp"

#include <algorithm>
#include <array>

#include "analysis/metric_rows.hpp"
#include "core/diagnostic.hpp"

namespace holdfast::analysis {
namespace {

std::vector<metric_definition> all_metrics() {
  std::vector<metric_definition> all;
  for (auto const rows : {load_metrics(), availability_metrics(), breaker_metrics(), elasticity_metrics(),
                          rollout_metrics(), cause_metrics()}) {
    all.insert(all.end(), rows.begin(), rows.end());
  }
  return all;
}

std::vector<std::string_view> dotted_parts(std::string_view name) {
  std::vector<std::string_view> parts;
  for (auto dot = name.find('.'); dot != name.npos; dot = name.find('.')) {
    parts.push_back(name.substr(0, dot));
    name.remove_prefix(dot + 1);
  }
  parts.push_back(name);
  return parts;
}

bool is_placeholder(std::string_view part) { return part.starts_with('<') && part.ends_with('>'); }

/// The family with what was given for its placeholders, as far as the name has a part in the same place.
std::string filled_in(std::string_view pattern, std::string_view name) {
  auto const wanted = dotted_parts(pattern);
  auto const given = dotted_parts(name);
  std::string text;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    auto const can_fill = is_placeholder(wanted[i]) && given.size() == wanted.size() && !given[i].empty();
    text += (i == 0 ? "" : ".") + std::string{can_fill ? given[i] : wanted[i]};
  }
  return text;
}

}  // namespace

std::string_view name_of(metric_unit unit) {
  constexpr std::array<std::string_view, 8> names{"%",     "duration", "1/s",       "1/min",
                                                  "count", "number",   "replica s", "yes or no"};
  return names[static_cast<std::size_t>(unit)];
}

std::string_view example_of(metric_unit unit) {
  constexpr std::array<std::string_view, 8> examples{"99.9%", "250ms", "500/s", "30/m", "3", "1.5", "120", "1"};
  return examples[static_cast<std::size_t>(unit)];
}

std::string_view name_of(metric_direction direction) {
  constexpr std::array<std::string_view, 3> names{"higher", "lower", "neutral"};
  return names[static_cast<std::size_t>(direction)];
}

std::span<metric_definition const> metric_catalogue() {
  static std::vector<metric_definition> const all = all_metrics();
  return all;
}

bool is_instance_of(std::string_view name, std::string_view pattern) {
  return std::ranges::equal(dotted_parts(name), dotted_parts(pattern), [](auto given, auto wanted) {
    return is_placeholder(wanted) ? !given.empty() && !is_placeholder(given) : given == wanted;
  });
}

std::vector<std::string_view> placeholders_in(std::string_view name, std::string_view pattern) {
  std::vector<std::string_view> found;
  if (!is_instance_of(name, pattern)) return found;
  auto const given = dotted_parts(name);
  auto const wanted = dotted_parts(pattern);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (is_placeholder(wanted[i])) found.push_back(given[i]);
  }
  return found;
}

metric_definition const* find_metric(std::string_view name) {
  auto const all = metric_catalogue();
  auto found = std::ranges::find(all, name, &metric_definition::name);
  if (found == all.end()) {
    found = std::ranges::find_if(all, [&](auto const& metric) { return is_instance_of(name, metric.name); });
  }
  return found == all.end() ? nullptr : &*found;
}

std::string nearest_metric(std::string_view name) {
  std::vector<std::string> names;
  for (auto const& metric : metric_catalogue()) names.push_back(filled_in(metric.name, name));
  std::vector<std::string_view> const candidates{names.begin(), names.end()};
  return std::string{nearest_word(name, candidates)};
}

}  // namespace holdfast::analysis
