// The variables of a scenario: how they get their names and numbers, and where their values may go.
#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "load/scenario_builder.hpp"
#include "net/http_text.hpp"

namespace holdfast::load {

bool scenario_builder::is_taken(std::string_view name) const {
  auto const lasting = std::span{known_}.first(std::min(lasting_, known_.size()));
  return std::ranges::find(lasting, name, &variable_name::name) != lasting.end();
}

/// Whether "{{f.a}}" or "{{url a}}" stands for a variable that is unknown only because its definition is broken.
bool scenario_builder::is_of_something_broken(std::string_view placeholder) const {
  if (!placeholder.starts_with("{{") || !placeholder.ends_with("}}") || broken_.empty()) return false;
  auto name = net::trimmed(placeholder.substr(2, placeholder.size() - 4));
  for (std::string_view const modifier : {"url ", "raw "}) {
    if (name.starts_with(modifier)) name = net::trimmed(name.substr(modifier.size()));
  }
  if (!text_template::is_variable_name(name) || text_template::is_reserved(name)) return false;
  if (std::ranges::find(known_, name, &variable_name::name) != known_.end()) return false;
  auto const dot = name.find('.');
  if (dot == std::string_view::npos && any_name_may_be_broken_) return true;
  return broken_.contains(name.substr(0, dot));
}

bool scenario_builder::check_name(json_field const& where, std::string_view name) {
  if (!text_template::is_variable_name(name) || text_template::is_reserved(name) || name.find('.') != name.npos) {
    problems.add(where.line(), where.path, std::string{name}, "a variable needs a name that {{name}} can refer to",
                 "Use letters, digits, \"_\" and \"-\", beginning with a letter; not a word like \"seq\" or \"user\".");
    return false;
  }
  if (is_taken(name)) {
    problems.add(where.line(), where.path, std::string{name}, "a variable or a column has this name already",
                 "Rename one of them.");
    return false;
  }
  return true;
}

void scenario_builder::define_fixed(json_field const& where, std::string_view name, std::string value) {
  if (!check_name(where, name)) return note_broken_variable(name);
  make_known(name, made.variables++);
  lasting_ = known_.size();
  made.fixed.push_back(std::move(value));
}

void scenario_builder::define_column(std::string_view feeder, std::string_view column, std::uint32_t number) {
  make_known(fmt::format("{}.{}", feeder, column), number);
  // Its short name is good only as long as nothing else has it: then the longer one has to be used.
  bool const usable = column.find('.') == column.npos && !text_template::is_reserved(column);
  bool const fixed = std::ranges::any_of(
      known_, [&](variable_name const& known) { return known.name == column && known.number < made.fixed.size(); });
  bool const repeated = !columns_.emplace(column).second;
  if (repeated && !fixed) std::erase_if(known_, [&](variable_name const& known) { return known.name == column; });
  if (usable && !repeated && !fixed) make_known(column, number);
  lasting_ = known_.size();
}

void scenario_builder::define_feeder(json_field const& where, std::string_view name, data_table table,
                                     feeder_order order) {
  if (!check_name(where, name)) return note_broken_feeder(name);
  scenario_feeder feeder{
      .name = std::string{name}, .table = std::move(table), .order = order, .first_variable = made.variables};
  for (auto const& column : feeder.table.columns()) define_column(name, column, made.variables++);
  made.feeders.push_back(std::move(feeder));
}

std::optional<std::uint32_t> scenario_builder::define_extracted(json_field const& where, std::string_view name) {
  if (!check_name(where, name)) return std::nullopt;
  auto const [at, is_new] = extracted_.emplace(name, made.variables);
  if (is_new) ++made.variables;
  return at->second;
}

std::vector<std::uint32_t> scenario_builder::extracted_in_use() const {
  return {used_.lower_bound(made.first_extracted), used_.end()};
}

std::vector<std::uint32_t> scenario_builder::feeders_in_use() const {
  std::vector<std::uint32_t> in_use;
  for (std::uint32_t i = 0; i < made.feeders.size(); ++i) {
    auto const first = made.feeders[i].first_variable;
    auto const end = first + made.feeders[i].table.columns().size();
    auto const at = used_.lower_bound(first);
    if (at != used_.end() && *at < end) in_use.push_back(i);
  }
  return in_use;
}

void scenario_builder::check_header_use(header_use const& use) {
  auto const refuse = [&](std::string value, std::string_view source) {
    problems.add(
        use.where.line(), use.where.path, std::move(value),
        fmt::format("a value of {} has line breaks or control characters and cannot be sent in a header", source),
        "Correct the value, or send it in a body.");
  };
  if (use.variable < made.fixed.size()) {
    auto const& value = made.fixed[use.variable];
    if (!can_stand_in_header(value)) refuse(shown({.kind = json_kind::string, .text = value}), "\"vars\"");
    return;
  }
  for (auto const& feeder : made.feeders) {
    auto const column = use.variable - feeder.first_variable;
    if (use.variable < feeder.first_variable || column >= feeder.table.columns().size()) continue;
    for (std::size_t row = 0; row < feeder.table.rows(); ++row) {
      if (can_stand_in_header(feeder.table.cell(row, column))) continue;
      return refuse({}, fmt::format("\"{}.{}\" (line {} of its file)", feeder.name, feeder.table.columns()[column],
                                    feeder.table.line_of(row)));
    }
  }
}

void scenario_builder::finish() {
  std::set<std::uint32_t> in_headers;
  for (auto const& use : header_uses_) {
    if (in_headers.insert(use.variable).second) check_header_use(use);
  }
  for (auto& sequence : made.mix) {
    for (auto& step : sequence.steps) {
      for (auto& what : step.extractions) what.goes_into_header = in_headers.contains(what.variable);
    }
  }
}

}  // namespace holdfast::load
