#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "load/scenario_keys.hpp"
#include "load/scenario_parts.hpp"
#include "net/http_text.hpp"

namespace holdfast::load {
namespace {

// A check compares; what it compares with must not be drawn anew.
std::optional<text_template> compared_text(json_field const& field, scenario_builder& builder) {
  return builder.text(field, value_encoding::as_is, template_draws::refused);
}

// One text or a list of texts.
void read_texts(std::optional<json_field> const& field, std::vector<text_template>& texts, scenario_builder& builder) {
  if (!field) return;
  bool const list = field->value->kind == json_kind::array;
  auto const parts = list ? elements_of(*field, builder.problems) : std::vector<json_field>{*field};
  if (parts.empty()) builder.problems.add(*field, "an empty list checks nothing", "Add a text, or leave it out.");
  for (auto const& part : parts) {
    auto text = compared_text(part, builder);
    if (!text) continue;
    if (text->is_static() && text->text().empty()) {
      builder.problems.add(part, "every text contains the empty text", "Write the text to look for.");
      continue;
    }
    texts.push_back(std::move(*text));
  }
}

// All but "equals", which a JSON value reads in its own way.
void read_text_condition(json_object const& object, text_condition& condition, scenario_builder& builder) {
  read_texts(object.find("contains"), condition.contains, builder);
  read_texts(object.find("not_contains"), condition.lacks, builder);
  if (auto const field = object.find("matches")) condition.matches = read_pattern(*field, builder);
}

header_condition read_header_condition(std::string_view name, json_field const& field, scenario_builder& builder) {
  header_condition condition{.name = std::string{name}};
  std::ranges::transform(condition.name, condition.name.begin(), net::ascii_lower);
  if (field.value->kind == json_kind::string) {
    condition.value.equals = compared_text(field, builder);
    return condition;
  }
  json_object const object{field, scenario_keys::header_condition, builder.problems};
  if (auto const equals = object.find("equals")) condition.value.equals = compared_text(*equals, builder);
  read_text_condition(object, condition.value, builder);
  if (auto const present = object.find("present")) {
    condition.present = boolean_of(*present, builder.problems).value_or(true);
    if (!condition.present && !condition.value.is_empty()) {
      builder.problems.add(*present, "a header that must be absent has no value to check",
                           "Leave out the conditions on its value.");
    }
  }
  return condition;
}

void read_json_equals(json_field const& field, json_condition& condition, scenario_builder& builder) {
  auto const kind = field.value->kind;
  if (kind == json_kind::array || kind == json_kind::object) {
    return builder.problems.wrong_kind(field, "a string, a number, true, false or null",
                                       "the places inside it, one by one");
  }
  if (kind != json_kind::string) {
    condition.kind = kind;
    condition.value.equals =
        text_template::literal(kind == json_kind::number ? field.value->text : to_json(*field.value));
    return;
  }
  condition.value.equals = compared_text(field, builder);
  if (condition.value.equals && condition.value.equals->is_static()) condition.kind = kind;
}

void read_json_condition(json_field const& field, json_condition& condition, scenario_builder& builder) {
  if (field.value->kind != json_kind::object) return read_json_equals(field, condition, builder);
  json_object const object{field, scenario_keys::json_condition, builder.problems};
  if (auto const equals = object.find("equals")) read_json_equals(*equals, condition, builder);
  read_text_condition(object, condition.value, builder);
  if (auto const exists = object.find("exists")) {
    condition.exists = boolean_of(*exists, builder.problems).value_or(true);
    if (!condition.exists && !condition.value.is_empty()) {
      builder.problems.add(*exists, "what must not exist has no value to check",
                           "Leave out the conditions on its value.");
    }
  }
}

void read_body_conditions(json_field const& field, answer_conditions& wanted, std::vector<json_pointer>& pointers,
                          scenario_builder& builder) {
  json_object const object{field, scenario_keys::body_condition, builder.problems};
  if (auto const equals = object.find("equals")) wanted.body.equals = compared_text(*equals, builder);
  read_text_condition(object, wanted.body, builder);
  if (auto const least = object.find("min_size")) wanted.least_bytes = size_of(*least, builder.problems);
  if (auto const most = object.find("max_size")) wanted.most_bytes = size_of(*most, builder.problems);
  if (wanted.least_bytes && wanted.most_bytes && *wanted.least_bytes > *wanted.most_bytes) {
    builder.problems.add(field, "\"max_size\" is smaller than \"min_size\"", "Swap them.");
  }
  auto const json = object.find("json");
  if (!json) return;
  for (auto const& [place, value] : named_members(*json, builder.problems)) {
    json_condition condition;
    read_json_condition(value, condition, builder);
    auto const number = pointer_number(value, place, pointers, builder);
    if (!number) continue;
    condition.pointer = *number;
    wanted.json.push_back(std::move(condition));
  }
}

}  // namespace

std::optional<std::uint32_t> pointer_number(json_field const& where, std::string_view text,
                                            std::vector<json_pointer>& pointers, scenario_builder& builder) {
  auto pointer = json_pointer::parse(text);
  if (!pointer) {
    builder.problems.add(where.line(), where.path, std::string{text}, pointer.error(), "Write e.g. \"/items/0/id\".");
    return std::nullopt;
  }
  auto const found = std::ranges::find(pointers, *pointer);
  auto const number = static_cast<std::uint32_t>(found - pointers.begin());
  if (found == pointers.end()) pointers.push_back(std::move(*pointer));
  return number;
}

std::optional<text_pattern> read_pattern(json_field const& field, scenario_builder& builder) {
  auto const text = string_of(field, builder.problems);
  if (!text) return std::nullopt;
  auto pattern = text_pattern::compile(*text);
  if (pattern) return std::move(*pattern);
  builder.problems.add(field, fmt::format("no regular expression: {}", pattern.error()),
                       "Correct it (RE2 syntax; no back references or look-around).");
  return std::nullopt;
}

answer_conditions read_conditions(json_field const& field, std::vector<json_pointer>& pointers,
                                  scenario_builder& builder) {
  answer_conditions wanted;
  json_object const object{field, scenario_keys::conditions, builder.problems};
  if (auto const status = object.find("status")) wanted.status = read_status(*status, builder);
  if (auto const headers = object.find("headers")) {
    for (auto const& [name, value] : named_members(*headers, builder.problems)) {
      wanted.headers.push_back(read_header_condition(name, value, builder));
    }
  }
  if (auto const body = object.find("body")) read_body_conditions(*body, wanted, pointers, builder);
  return wanted;
}

}  // namespace holdfast::load
