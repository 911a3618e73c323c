#include "core/json_fields.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/units.hpp"

namespace holdfast {
namespace {

std::string joined(std::string_view path, std::string_view key) {
  return path.empty() ? std::string{key} : fmt::format("{}.{}", path, key);
}

// Reports members whose key stood earlier in the same object.
void report_repeated(json_field const& field, json_problems& problems) {
  auto const& members = field.value->members;
  std::vector<std::size_t> order(members.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::stable_sort(order, {}, [&](std::size_t i) -> std::string_view { return members[i].key; });
  for (std::size_t i = 1; i < order.size(); ++i) {
    auto const& earlier = members[order[i - 1]];
    auto const& later = members[order[i]];
    if (earlier.key != later.key) continue;
    problems.add(later.line, joined(field.path, later.key), shown(later.value),
                 fmt::format("the key stands here for the second time; first on line {}", earlier.line),
                 "Keep one of them.");
  }
}

}  // namespace

void json_problems::add(std::uint32_t line, std::string field, std::string value, std::string problem,
                        std::string fix) {
  found_.push_back({.file = file_,
                    .line = line,
                    .field = std::move(field),
                    .value = std::move(value),
                    .problem = std::move(problem),
                    .fix = std::move(fix)});
}

void json_problems::add(json_field const& where, std::string problem, std::string fix) {
  add(where.line(), where.path, shown(*where.value), std::move(problem), std::move(fix));
}

void json_problems::wrong_kind(json_field const& where, std::string_view expected, std::string_view example) {
  add(where, fmt::format("must be {}, not {}", expected, name_of(where.value->kind)),
      example.empty() ? fmt::format("Put {} there.", expected) : fmt::format("Write e.g. {}.", example));
}

void json_problems::append(diagnostics const& more) { found_.insert(found_.end(), more.begin(), more.end()); }

std::string shown(json_value const& value) {
  auto text = value.kind == json_kind::string ? value.text : to_json(value);
  if (text.size() > 60) {
    std::size_t end = 57;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;  // not inside a character
    text.resize(end);
    text += "...";
  }
  return text;
}

json_object::json_object(json_field field, std::span<std::string_view const> known, json_problems& problems)
    : field_{std::move(field)} {
  if (!is_object()) {
    problems.wrong_kind(field_, "an object", {});
    return;
  }
  for (auto const& member : field_.value->members) {
    if (std::ranges::find(known, member.key) != known.end()) continue;
    auto fix = did_you_mean(member.key, known);
    fix = fix.empty() ? fmt::format("Known here: {}.", fmt::join(known, ", ")) : fix.substr(1);
    problems.add(member.line, joined(field_.path, member.key), shown(member.value), "no such key here", std::move(fix));
  }
  report_repeated(field_, problems);
}

std::optional<json_field> json_object::find(std::string_view key) const {
  auto const& members = field_.value->members;
  auto const found = std::ranges::find(members, key, &json_member::key);
  if (found == members.end()) return std::nullopt;
  return json_field{&found->value, joined(field_.path, key)};
}

std::optional<json_field> json_object::require(std::string_view key, std::string_view fix,
                                               json_problems& problems) const {
  auto found = find(key);
  if (!found && is_object()) {
    problems.add(field_.line(), joined(field_.path, key), {}, "missing", std::string{fix});
  }
  return found;
}

std::vector<std::pair<std::string_view, json_field>> named_members(json_field const& field, json_problems& problems) {
  if (field.value->kind != json_kind::object) {
    problems.wrong_kind(field, "an object", {});
    return {};
  }
  report_repeated(field, problems);
  std::vector<std::pair<std::string_view, json_field>> members;
  for (auto const& member : field.value->members) {
    members.emplace_back(member.key, json_field{&member.value, joined(field.path, member.key)});
  }
  return members;
}

std::vector<json_field> elements_of(json_field const& field, json_problems& problems) {
  if (field.value->kind != json_kind::array) {
    problems.wrong_kind(field, "an array", {});
    return {};
  }
  std::vector<json_field> elements;
  for (auto const& element : field.value->elements) {
    elements.push_back({&element, fmt::format("{}[{}]", field.path, elements.size())});
  }
  return elements;
}

std::optional<std::string_view> string_of(json_field const& field, json_problems& problems) {
  if (field.value->kind == json_kind::string) return field.value->text;
  problems.wrong_kind(field, "a string", {});
  return std::nullopt;
}

std::optional<bool> boolean_of(json_field const& field, json_problems& problems) {
  if (field.value->kind == json_kind::boolean) return field.value->boolean;
  problems.wrong_kind(field, "true or false", {});
  return std::nullopt;
}

std::optional<double> number_of(json_field const& field, json_problems& problems) {
  if (field.value->kind == json_kind::number) return field.value->number;
  problems.wrong_kind(field, "a number", {});
  return std::nullopt;
}

std::optional<std::uint64_t> count_of(json_field const& field, std::uint64_t first, std::uint64_t last,
                                      json_problems& problems) {
  if (field.value->kind != json_kind::number) {
    problems.wrong_kind(field, "a whole number", {});
    return std::nullopt;
  }
  auto const count = parse_count(field.value->text);
  if (count && *count >= first && *count <= last) return *count;
  problems.add(field, fmt::format("must be a whole number from {} to {}", first, last),
               "Write a number within these bounds.");
  return std::nullopt;
}

std::optional<nanoseconds> duration_of(json_field const& field, json_problems& problems) {
  if (field.value->kind != json_kind::string) {
    problems.wrong_kind(field, "a duration with its unit", "\"250ms\"");
    return std::nullopt;
  }
  auto const duration = parse_duration(field.value->text);
  if (duration) return *duration;
  problems.add(field, duration.error().problem, duration.error().fix);
  return std::nullopt;
}

std::optional<std::uint64_t> size_of(json_field const& field, json_problems& problems) {
  if (field.value->kind != json_kind::string && field.value->kind != json_kind::number) {
    problems.wrong_kind(field, "a size", "\"64KiB\"");
    return std::nullopt;
  }
  auto const size = parse_size(field.value->text);
  if (size) return *size;
  problems.add(field, size.error().problem, size.error().fix);
  return std::nullopt;
}

std::optional<std::string_view> word_of(json_field const& field, std::span<std::string_view const> words,
                                        json_problems& problems) {
  auto const text = string_of(field, problems);
  if (!text) return std::nullopt;
  if (auto const found = std::ranges::find(words, *text); found != words.end()) return *found;
  auto fix = fmt::format("Use one of: {}.", fmt::join(words, ", "));
  problems.add(field, "no such choice", fix + did_you_mean(*text, words));
  return std::nullopt;
}

}  // namespace holdfast
