#include <algorithm>
#include <utility>

#include "load/scenario_keys.hpp"
#include "load/scenario_parts.hpp"
#include "net/http_text.hpp"

namespace holdfast::load {
namespace {

using source = std::variant<json_source, header_source, pattern_source>;

std::optional<source> header_of_field(json_field const& field, scenario_builder& builder) {
  auto const name = string_of(field, builder.problems);
  if (!name) return std::nullopt;
  if (name->empty() ||
      !std::ranges::all_of(*name, [](char c) { return net::is_token_char[static_cast<unsigned char>(c)]; })) {
    builder.problems.add(field, "no header name", "Write e.g. \"Location\".");
    return std::nullopt;
  }
  header_source made{std::string{*name}};
  std::ranges::transform(made.name, made.name.begin(), net::ascii_lower);
  return made;
}

std::optional<source> source_of(json_object const& object, std::vector<json_pointer>& pointers,
                                scenario_builder& builder) {
  auto const json = object.find("json");
  auto const header = object.find("header");
  auto const regex = object.find("regex");
  if (json.has_value() + header.has_value() + regex.has_value() != 1) {
    if (!object.is_object()) return std::nullopt;
    builder.problems.add(object.field(), "needs exactly one of \"json\", \"header\" and \"regex\"",
                         "Write e.g. {\"json\": \"/id\"}, {\"header\": \"Location\"} or {\"regex\": \"id=(\\\\d+)\"}.");
    return std::nullopt;
  }
  if (header) return header_of_field(*header, builder);
  if (regex) {
    auto pattern = read_pattern(*regex, builder);
    return pattern ? std::optional<source>{pattern_source{std::move(*pattern)}} : std::nullopt;
  }
  auto const text = string_of(*json, builder.problems);
  auto const number = text ? pointer_number(*json, *text, pointers, builder) : std::nullopt;
  return number ? std::optional<source>{json_source{*number}} : std::nullopt;
}

std::optional<std::string> default_of(json_object const& object, scenario_builder& builder) {
  auto const field = object.find("default");
  if (!field) return std::nullopt;
  auto const kind = field->value->kind;
  if (kind == json_kind::string || kind == json_kind::number) return field->value->text;
  if (kind == json_kind::boolean) return to_json(*field->value);
  builder.problems.wrong_kind(*field, "a string, a number, true or false", {});
  return std::nullopt;
}

}  // namespace

void read_extractions(json_field const& field, scenario_step& step, scenario_builder& builder) {
  for (auto const& [name, value] : named_members(field, builder.problems)) {
    json_object const object{value, scenario_keys::extraction, builder.problems};
    auto otherwise = default_of(object, builder);
    auto from = source_of(object, step.pointers, builder);
    // Known even when something is wrong with it: the steps that use it are not to blame.
    auto const number = builder.define_extracted(value, name);
    if (!number) continue;
    builder.make_known(name, *number);
    if (!from) continue;
    step.extractions.push_back(
        {.name = std::string{name}, .variable = *number, .from = std::move(*from), .otherwise = std::move(otherwise)});
  }
}

}  // namespace holdfast::load
