#include "cluster/objects/schema_validation.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "cluster/control/quantity.hpp"
#include "cluster/objects/object_meta.hpp"
#include "core/base64.hpp"
#include "core/diagnostic.hpp"

namespace holdfast::cluster {
namespace {

constexpr std::size_t enough_problems = 100;

bool says_nothing(json const& value) {
  return value.is_null() || value == json(false) || value == json("") || (value.is_structured() && value.empty());
}

bool fits_int32(json const& value) {
  if (value.is_number_unsigned()) return value.get<std::uint64_t>() <= std::numeric_limits<std::int32_t>::max();
  auto const number = value.get<std::int64_t>();
  return number >= std::numeric_limits<std::int32_t>::min() && number <= std::numeric_limits<std::int32_t>::max();
}

bool fits_int64(json const& value) {
  return !value.is_number_unsigned() ||
         value.get<std::uint64_t>() <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
}

std::string listed(std::vector<std::string_view> const& words) {
  std::string text;
  for (auto const word : words) {
    if (word.empty()) continue;
    if (!text.empty()) text += ", ";
    text += '"' + std::string{word} + '"';
  }
  return text;
}

/// Walks an object and its schema together. The path of where it is grows and shrinks with the walk.
class schema_walk {
 public:
  explicit schema_walk(bool seeks_ineffective) : seeks_ineffective_{seeks_ineffective} {}

  void object(object_schema const& schema, json const& value) {
    if (!value.is_object()) {
      report(is_mistyped(path_, value, "must be an object with named fields"));
      return;
    }
    bool const is_whole = path_.empty();
    for (auto const& [key, part] : value.items()) {
      if (found_.size() >= enough_problems) return;
      if (is_whole && key == "status") continue;
      auto const length = path_.size();
      if (!is_whole) path_ += '.';
      path_ += key;
      auto const* const field = schema.find(key);
      if (field == nullptr) {
        unknown(schema, key);
      } else {
        known(*field, part);
      }
      path_.resize(length);
    }
    for (auto const& field : schema.fields) {
      if (field.is_required) present(field, value);
    }
  }

  field_problems take() { return std::move(found_); }

 private:
  void report(field_problem problem) {
    if (!seeks_ineffective_ && found_.size() < enough_problems) found_.push_back(std::move(problem));
  }

  void unknown(object_schema const& schema, std::string const& key) {
    std::vector<std::string_view> names;
    for (auto const& field : schema.fields) names.push_back(field.name);
    auto const near = nearest_word(key, names);
    auto problem = fmt::format("{} has no such field", schema.name);
    report(is_forbidden(path_, std::move(problem),
                        near.empty() ? "Remove it" : fmt::format("Did you mean \"{}\"?", near)));
  }

  void present(field_schema const& field, json const& in) {
    auto const& value = member(in, field.name);
    bool const is_there = !value.is_null() && value != json("") && !(value.is_array() && value.empty());
    if (is_there) return;
    auto path = path_.empty() ? std::string{field.name} : fmt::format("{}.{}", path_, field.name);
    report(is_missing(std::move(path), "has to be given"));
  }

  void known(field_schema const& field, json const& value) {
    if (value.is_null()) return;
    if (field.support != field_support::full && !says_nothing(value)) {
      if (field.support == field_support::refused) {
        report(is_forbidden(path_, "is valid Kubernetes but not supported by the local cluster",
                            "Remove it, or try it on a real cluster"));
        return;
      }
      if (seeks_ineffective_ && value != field.otherwise) {
        found_.push_back({.field = path_, .reason = {}, .value = {}, .problem = "has no effect here", .fix = {}});
        return;
      }
    }
    switch (field.shape) {
      case value_shape::single:
        return single(field, value);
      case value_shape::list:
        return list(field, value);
      case value_shape::map:
        return map(field, value);
    }
  }

  void list(field_schema const& field, json const& value) {
    if (!value.is_array()) return report(is_mistyped(path_, value, "must be a list"));
    auto const length = path_.size();
    for (std::size_t i = 0; i < value.size() && found_.size() < enough_problems; ++i) {
      path_ += fmt::format("[{}]", i);
      single(field, value[i]);
      path_.resize(length);
    }
  }

  void map(field_schema const& field, json const& value) {
    if (!value.is_object()) return report(is_mistyped(path_, value, "must be a map"));
    auto const length = path_.size();
    for (auto const& [key, part] : value.items()) {
      if (found_.size() >= enough_problems) return;
      path_ += '[' + key + ']';
      single(field, part);
      path_.resize(length);
    }
  }

  void single(field_schema const& field, json const& value) {
    switch (field.type) {
      case value_type::object:
        return object(*field.object, value);
      case value_type::text:
        return text(field, value);
      case value_type::int32:
      case value_type::int64:
        return integer(field, value);
      case value_type::number:
        if (!value.is_number()) report(is_mistyped(path_, value, "must be a number"));
        return;
      case value_type::boolean:
        if (!value.is_boolean()) report(is_mistyped(path_, value, "must be true or false, without quotes"));
        return;
      case value_type::quantity:
        return amount(value);
      case value_type::int_or_text:
        if (!value.is_string()) integer(field, value);
        return;
      case value_type::time:
        return time(value);
      case value_type::bytes:
        return bytes(value);
      case value_type::any:
        return;
    }
  }

  void text(field_schema const& field, json const& value) {
    auto const* const given = value.get_ptr<std::string const*>();
    if (given == nullptr) {
      bool const is_scalar = value.is_primitive() && !value.is_null();
      report(is_mistyped(path_, value, "must be a text",
                         is_scalar ? fmt::format("Quote it: \"{}\"", shown(value)) : std::string{}));
      return;
    }
    if (given->empty() && !field.is_required) return;  // as if it were not there
    one_of(field, *given);
    auto const breach = given->empty() ? std::string{} : breach_of(field.form, *given);
    if (!breach.empty()) report(is_invalid(path_, value, breach));
  }

  void one_of(field_schema const& field, std::string const& given) {
    if (field.allowed.empty() && field.refused_values.empty()) return;
    if (std::ranges::find(field.allowed, given) != field.allowed.end()) return;
    auto const choice = field.allowed.empty() ? std::string{"Remove it"} : "Use " + listed(field.allowed);
    if (std::ranges::find(field.refused_values, given) != field.refused_values.end()) {
      report(is_not_supported(path_, given, "is valid Kubernetes but not supported by the local cluster", choice));
    } else if (!given.empty()) {
      auto const near = did_you_mean(given, field.allowed);
      report(is_not_supported(path_, given, "supported values: " + listed(field.allowed),
                              near.empty() ? near : near.substr(1)));
    }
  }

  void integer(field_schema const& field, json const& value) {
    if (!value.is_number_integer()) {
      auto const fix = value.is_string() ? "Write it without quotes" : "";
      report(is_mistyped(path_, value, "must be a whole number", fix));
      return;
    }
    bool const fits = field.type == value_type::int64 ? fits_int64(value) : fits_int32(value);
    if (!fits) {
      report(is_invalid(path_, value, "is too large or too small for this field"));
      return;
    }
    auto const number = value.get<std::int64_t>();
    bool const is_low = field.least && number < *field.least;
    bool const is_high = field.most && number > *field.most;
    if (!is_low && !is_high) return;
    report(is_invalid(path_, value,
                      field.least && field.most ? fmt::format("must be between {} and {}", *field.least, *field.most)
                      : is_low                  ? fmt::format("must be greater than or equal to {}", *field.least)
                                                : fmt::format("must be less than or equal to {}", *field.most)));
  }

  void amount(json const& value) {
    auto const text = quantity_text(value);
    if (!text) return report(is_mistyped(path_, value, "must be a quantity", "Write e.g. \"250m\", \"64Mi\" or 2"));
    auto const parsed = parse_quantity(*text);
    if (!parsed) report(is_invalid(path_, value, parsed.error().problem, parsed.error().fix));
  }

  void time(json const& value) {
    auto const* const given = value.get_ptr<std::string const*>();
    if (given == nullptr || !parse_stamp(*given)) {
      report(is_mistyped(path_, value, "must be a time", "Write e.g. \"2026-01-31T12:00:00Z\""));
    }
  }

  void bytes(json const& value) {
    auto const* const given = value.get_ptr<std::string const*>();
    if (given == nullptr || !base64_decode(*given)) {
      report(is_mistyped(path_, value.is_string() ? json("(hidden)") : value, "must be Base64",
                         "Encode it, or use stringData of a Secret and data of a ConfigMap for plain text"));
    }
  }

  bool seeks_ineffective_;
  std::string path_;
  field_problems found_;
};

field_problems walked(resource_kind const& kind, json const& object, bool seeks_ineffective) {
  schema_walk walk{seeks_ineffective};
  walk.object(schema_of(kind), object);
  return walk.take();
}

}  // namespace

field_problems schema_problems(resource_kind const& kind, json const& object) { return walked(kind, object, false); }

field_problems ineffective_fields(resource_kind const& kind, json const& object) { return walked(kind, object, true); }

std::optional<std::string> quantity_text(json const& value) {
  if (auto const* const text = value.get_ptr<std::string const*>()) return *text;
  if (!value.is_number()) return std::nullopt;
  return value.dump();
}

}  // namespace holdfast::cluster
