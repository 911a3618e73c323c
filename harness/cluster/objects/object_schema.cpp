#include "cluster/objects/object_schema.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "cluster/objects/schema_tables.hpp"

namespace holdfast::cluster {
namespace {

using schema_map = std::map<std::string_view, object_schema>;

constexpr std::array<std::pair<std::string_view, value_type>, 10> basic_types{{
    {"text", value_type::text},
    {"int32", value_type::int32},
    {"int64", value_type::int64},
    {"number", value_type::number},
    {"bool", value_type::boolean},
    {"quantity", value_type::quantity},
    {"int|text", value_type::int_or_text},
    {"time", value_type::time},
    {"bytes", value_type::bytes},
    {"any", value_type::any},
}};

[[noreturn]] void refuse(std::string_view line, std::string_view why) {
  throw std::logic_error("schema table: " + std::string{why} + ": " + std::string{line});
}

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  while (true) {
    auto const end = text.find(at);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::vector<std::string_view> words_of(std::string_view line) {
  auto words = split(line, ' ');
  std::erase(words, std::string_view{});
  return words;
}

/// The types as they are named; their fields come later, so that each may refer to any.
schema_map declared_types() {
  schema_map types;
  for (auto const table : schema_tables()) {
    for (auto const line : split(table, '\n')) {
      if (line.empty() || line.front() == ' ') continue;
      if (!types.emplace(line, object_schema{.name = line, .fields = {}}).second) refuse(line, "declared twice");
    }
  }
  return types;
}

void set_type(field_schema& field, std::string_view word, schema_map const& types) {
  if (word.starts_with("[]")) field.shape = value_shape::list;
  if (word.starts_with("{}")) field.shape = value_shape::map;
  if (field.shape != value_shape::single) word.remove_prefix(2);
  auto const* const basic = std::ranges::find(basic_types, word, &std::pair<std::string_view, value_type>::first);
  if (basic != basic_types.end()) {
    field.type = basic->second;
    return;
  }
  auto const found = types.find(word);
  if (found == types.end()) refuse(word, "no such type");
  field.type = value_type::object;
  field.object = &found->second;
}

void set_values(field_schema& field, std::string_view list) {
  for (auto const value : split(list, ',')) {
    if (value.starts_with('-')) {
      field.refused_values.push_back(value.substr(1));
    } else {
      field.allowed.push_back(value);
    }
  }
}

std::int64_t integer_of(std::string_view text) {
  std::int64_t value = 0;
  auto const [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc{} || end != text.data() + text.size()) refuse(text, "not a number");
  return value;
}

/// A bare word that is not JSON is a text.
json default_of(std::string_view text) {
  auto value = json::parse(text, nullptr, false);
  return value.is_discarded() ? json(text) : value;
}

bool set_flag(field_schema& field, std::string_view word) {
  if (word == "required") return field.is_required = true;
  if (word == "fixed") return field.is_fixed = true;
  if (word == "merge") return field.merges = true;
  if (word != "ignored" && word != "refused") return false;
  field.support = word == "ignored" ? field_support::ignored : field_support::refused;
  return true;
}

void set_property(field_schema& field, std::string_view word) {
  if (set_flag(field, word)) return;
  auto const equals = word.find('=');
  if (equals == std::string_view::npos) refuse(word, "no such word");
  auto const name = word.substr(0, equals);
  auto const value = word.substr(equals + 1);
  if (name == "key") {
    field.merges = true;
    field.merge_key = value;
  } else if (name == "enum") {
    set_values(field, value);
  } else if (name == "form") {
    field.form = text_form_named(value);
    if (field.form == text_form::any) refuse(word, "no such form");
  } else if (name == "min") {
    field.least = integer_of(value);
  } else if (name == "max") {
    field.most = integer_of(value);
  } else if (name == "default") {
    field.otherwise = default_of(value);
  } else {
    refuse(word, "no such word");
  }
}

field_schema field_of(std::string_view line, schema_map const& types) {
  auto const words = words_of(line);
  if (words.size() < 2) refuse(line, "a field needs a name and a type");
  field_schema field{.name = words[0]};
  set_type(field, words[1], types);
  for (std::size_t i = 2; i < words.size(); ++i) set_property(field, words[i]);
  return field;
}

schema_map read_tables() {
  auto types = declared_types();
  for (auto const table : schema_tables()) {
    object_schema* current = nullptr;
    for (auto const line : split(table, '\n')) {
      if (line.empty()) continue;
      if (line.front() != ' ') {
        current = &types.at(line);
      } else if (current == nullptr) {
        refuse(line, "a field of no type");
      } else {
        current->fields.push_back(field_of(line, types));
      }
    }
  }
  return types;
}

}  // namespace

field_schema const* object_schema::find(std::string_view field) const {
  auto const found = std::ranges::find(fields, field, &field_schema::name);
  return found == fields.end() ? nullptr : &*found;
}

object_schema const& schema_of(resource_kind const& kind) {
  static schema_map const types = read_tables();
  return types.at(kind.name);
}

}  // namespace holdfast::cluster
