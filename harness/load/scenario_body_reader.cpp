#include <array>
#include <utility>

#include <fmt/format.h>

#include "load/scenario_parts.hpp"

namespace holdfast::load {
namespace {

// Compact JSON in which strings are templates. Keys stay as they are.
class json_template {
 public:
  explicit json_template(scenario_builder& builder) : builder_{builder} {}

  void add(json_field const& field) {
    auto const& value = *field.value;
    switch (value.kind) {
      case json_kind::string:
        return add_string(field);
      case json_kind::array:
        return add_elements(field);
      case json_kind::object:
        return add_members(field);
      default:
        return made.append_literal(to_json(value));
    }
  }

  text_template made;

 private:
  void add_string(json_field const& field) {
    auto const text = builder_.text(field, field.value->text, value_encoding::json_string);
    if (!text) return;
    if (text->is_raw()) return made.append(*text);
    made.append_literal("\"");
    made.append(*text);
    made.append_literal("\"");
  }
  void add_elements(json_field const& field) {
    made.append_literal("[");
    bool first = true;
    for (auto const& element : elements_of(field, builder_.problems)) {
      if (!std::exchange(first, false)) made.append_literal(",");
      add(element);
    }
    made.append_literal("]");
  }
  void add_members(json_field const& field) {
    made.append_literal("{");
    bool first = true;
    for (auto const& [key, value] : named_members(field, builder_.problems)) {
      std::string name = std::exchange(first, false) ? "\"" : ",\"";
      append_json_escaped(key, name);
      made.append_literal(name + "\":");
      add(value);
    }
    made.append_literal("}");
  }

  scenario_builder& builder_;
};

std::optional<step_body> json_body(json_field const& field, scenario_builder& builder) {
  json_template body{builder};
  body.add(field);
  return step_body{std::move(body.made), "application/json"};
}

std::optional<step_body> form_body(json_field const& field, scenario_builder& builder) {
  text_template body;
  for (auto const& [name, value] : named_members(field, builder.problems)) {
    auto const kind = value.value->kind;
    if (kind != json_kind::string && kind != json_kind::number && kind != json_kind::boolean) {
      builder.problems.wrong_kind(value, "a string, a number, true or false", {});
      continue;
    }
    std::string key;
    append_encoded(name, value_encoding::component, key);
    body.append_literal((body.text().empty() && body.is_static() ? "" : "&") + key + "=");
    auto const written = kind == json_kind::boolean ? to_json(*value.value) : value.value->text;
    if (auto const text = builder.text(value, written, value_encoding::component)) body.append(*text);
  }
  return step_body{std::move(body), "application/x-www-form-urlencoded"};
}

std::optional<step_body> text_body(json_field const& field, scenario_builder& builder) {
  auto text = builder.text(field, value_encoding::as_is);
  if (!text) return std::nullopt;
  return step_body{std::move(*text), "text/plain; charset=utf-8"};
}

std::optional<step_body> file_body(json_field const& field, scenario_builder& builder) {
  auto const content = builder.load_file(field);
  if (!content) return std::nullopt;
  bool const json = field.value->text.ends_with(".json");
  return step_body{text_template::literal(*content), json ? "application/json" : "application/octet-stream"};
}

}  // namespace

std::optional<step_body> read_body(json_object const& step, scenario_builder& builder) {
  using reader = std::optional<step_body> (*)(json_field const&, scenario_builder&);
  constexpr std::array<std::pair<std::string_view, reader>, 4> kinds{
      {{"json", json_body}, {"form", form_body}, {"body", text_body}, {"body_file", file_body}}};
  std::optional<step_body> body;
  std::string_view first;
  for (auto const& [key, read] : kinds) {
    auto const field = step.find(key);
    if (!field) continue;
    if (!first.empty()) {
      builder.problems.add(*field, fmt::format("the step has a body from \"{}\" already", first), "Keep one of them.");
      continue;
    }
    first = key;
    body = read(*field, builder);
  }
  return body;
}

}  // namespace holdfast::load
