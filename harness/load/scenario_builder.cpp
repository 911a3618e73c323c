#include "load/scenario_builder.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace holdfast::load {

std::optional<std::string> scenario_builder::load_file(json_field const& name) {
  auto const path = string_of(name, problems);
  if (!path) return std::nullopt;
  auto text = load_(*path);
  if (text) return std::move(*text);
  problems.add(name, text.error().what(), "Paths are relative to the scenario's file.");
  return std::nullopt;
}

std::optional<text_template> scenario_builder::text(json_field const& where, std::string_view text,
                                                    value_encoding encoding, template_draws draws) {
  auto compiled = text_template::compile(text, {.variables = known_, .encoding = encoding, .draws = draws});
  if (compiled) {
    note_use(*compiled);
    return std::move(*compiled);
  }
  for (auto const& p : compiled.error()) {
    if (is_of_something_broken(p.value)) continue;
    problems.add(where.line(), where.path, p.value, fmt::format("{} (column {} of the text)", p.problem, p.column),
                 p.fix);
  }
  return std::nullopt;
}

std::optional<text_template> scenario_builder::text(json_field const& where, value_encoding encoding,
                                                    template_draws draws) {
  auto const given = string_of(where, problems);
  return given ? text(where, *given, encoding, draws) : std::nullopt;
}

std::optional<text_template> scenario_builder::header_text(json_field const& where, std::string_view given) {
  if (auto const problem = header_value_problem(given)) {
    problems.add(where, problem->problem, problem->fix);
    return std::nullopt;
  }
  auto compiled = text(where, given, value_encoding::as_is);
  if (!compiled) return std::nullopt;
  for (auto const variable : compiled->variables()) header_uses_.push_back({where, variable});
  return compiled;
}

void scenario_builder::note_use(text_template const& what) {
  for (auto const variable : what.variables()) used_.insert(variable);
  uses_seq_ = uses_seq_ || what.uses_seq();
}

std::uint32_t scenario_builder::origin_number(net::origin const& to) {
  auto const found = std::ranges::find(made.origins, to);
  if (found == made.origins.end()) {
    made.origins.push_back(to);
    return static_cast<std::uint32_t>(made.origins.size() - 1);
  }
  return static_cast<std::uint32_t>(found - made.origins.begin());
}

std::uint32_t scenario_builder::name_number(std::string_view name) {
  auto const [at, is_new] = request_names_.emplace(name, static_cast<std::uint32_t>(made.request_names.size()));
  if (is_new) made.request_names.emplace_back(name);
  return at->second;
}

}  // namespace holdfast::load
