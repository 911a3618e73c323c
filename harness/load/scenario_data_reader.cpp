#include <array>
#include <utility>

#include "load/scenario_keys.hpp"
#include "load/scenario_parts.hpp"

namespace holdfast::load {
namespace {

constexpr std::array<std::string_view, 3> orders{"sequential", "random", "once"};
constexpr std::array<std::string_view, 2> formats{"csv", "jsonl"};

feeder_order order_of(json_object const& object, scenario_builder& builder) {
  auto const field = object.find("order");
  auto const word = field ? word_of(*field, orders, builder.problems) : std::nullopt;
  if (word == "random") return feeder_order::random;
  return word == "once" ? feeder_order::once : feeder_order::sequential;
}

std::optional<table_format> format_of(json_object const& object, json_field const& file, scenario_builder& builder) {
  if (auto const field = object.find("format")) {
    auto const word = word_of(*field, formats, builder.problems);
    if (!word) return std::nullopt;
    return *word == "csv" ? table_format::csv : table_format::json_lines;
  }
  auto const format = table_format_of(file.value->text);
  if (!format && file.value->kind == json_kind::string) {
    builder.problems.add(file, "the name does not tell the format",
                         "Name it .csv, .jsonl or .ndjson, or add \"format\": \"csv\" or \"jsonl\".");
  }
  return format;
}

/// False when there is no table.
bool read_feeder(std::string_view name, json_field const& field, scenario_builder& builder) {
  json_object const object{field, scenario_keys::feeder, builder.problems};
  auto const order = order_of(object, builder);
  auto const file = object.require("file", "Add e.g. \"file\": \"users.csv\".", builder.problems);
  if (!file) return false;
  auto const format = format_of(object, *file, builder);
  auto const text = builder.load_file(*file);
  if (!format || !text) return false;
  auto const& path = file->value->text;
  auto table = *format == table_format::csv ? read_csv(*text, path) : read_json_lines(*text, path);
  if (!table) {
    builder.problems.append(table.error());
    return false;
  }
  builder.define_feeder(field, name, std::move(*table), order);
  return true;
}

}  // namespace

void read_variables(json_field const& field, scenario_builder& builder) {
  for (auto const& [name, value] : named_members(field, builder.problems)) {
    auto const kind = value.value->kind;
    if (kind == json_kind::string || kind == json_kind::number) {
      builder.define_fixed(value, name, value.value->text);
    } else if (kind == json_kind::boolean) {
      builder.define_fixed(value, name, to_json(*value.value));
    } else {
      builder.problems.wrong_kind(value, "a string, a number, true or false", {});
      builder.note_broken_variable(name);
    }
  }
}

void read_feeders(json_field const& field, scenario_builder& builder) {
  for (auto const& [name, feeder] : named_members(field, builder.problems)) {
    if (!read_feeder(name, feeder, builder)) builder.note_broken_feeder(name);
  }
}

}  // namespace holdfast::load
