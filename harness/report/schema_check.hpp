#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace holdfast::report::example {

/// What of a value a JSON Schema does not allow, by the part of the standard that load_result.schema.json uses.
class schema_check {
 public:
  explicit schema_check(nlohmann::json const& root) : root_{root} {}

  std::vector<std::string> problems(nlohmann::json const& value, nlohmann::json const& schema) const {
    std::vector<std::string> found;
    check(value, schema, "", found);
    return found;
  }

 private:
  using json = nlohmann::json;

  static bool is_of_type(json const& value, std::string const& type) {
    if (type == "object") return value.is_object();
    if (type == "array") return value.is_array();
    if (type == "string") return value.is_string();
    if (type == "boolean") return value.is_boolean();
    if (type == "integer") return value.is_number_integer();
    if (type == "number") return value.is_number();
    return type == "null" && value.is_null();
  }

  static bool has_allowed_type(json const& value, json const& types) {
    if (types.is_string()) return is_of_type(value, types);
    return std::ranges::any_of(types, [&](json const& type) { return is_of_type(value, type); });
  }

  void check(json const& value, json const& schema, std::string const& path, std::vector<std::string>& found) const {
    if (schema.contains("$ref")) {
      auto const pointer = schema["$ref"].get<std::string>().substr(1);
      check(value, root_.at(json::json_pointer{pointer}), path, found);
    }
    if (schema.contains("anyOf")) {
      auto const fits = [&](json const& one) { return problems(value, one).empty(); };
      if (std::ranges::none_of(schema["anyOf"], fits)) found.push_back(path + ": none of the alternatives");
    }
    if (schema.contains("type") && !has_allowed_type(value, schema["type"])) found.push_back(path + ": type");
    if (schema.contains("const") && value != schema["const"]) found.push_back(path + ": not the constant");
    if (schema.contains("enum") && std::ranges::find(schema["enum"], value) == schema["enum"].end()) {
      found.push_back(path + ": not one of the words");
    }
    if (value.is_object()) check_members(value, schema, path, found);
    if (value.is_array() && schema.contains("items")) {
      for (auto const& element : value) check(element, schema["items"], path + "[]", found);
    }
  }

  void check_members(json const& value, json const& schema, std::string const& path,
                     std::vector<std::string>& found) const {
    for (auto const& key : schema.value("required", json::array())) {
      if (!value.contains(key.get<std::string>())) found.push_back(path + "." + key.get<std::string>() + ": missing");
    }
    auto const properties = schema.value("properties", json::object());
    for (auto const& [key, member] : value.items()) {
      auto const at = path + "." + key;
      if (properties.contains(key)) {
        check(member, properties[key], at, found);
      } else if (schema.contains("additionalProperties") && schema["additionalProperties"].is_object()) {
        check(member, schema["additionalProperties"], at, found);
      } else if (schema.value("additionalProperties", json(true)) == false) {
        found.push_back(at + ": not described");
      }
    }
  }

  json const& root_;
};

}  // namespace holdfast::report::example
