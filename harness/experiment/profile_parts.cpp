#include "experiment/profile_parts.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "load/load_limits.hpp"

namespace holdfast::experiment {

std::filesystem::path profile_builder::beside(std::string_view name) const {
  return (std::filesystem::path{problems.file()}.parent_path() / std::filesystem::path{name}).lexically_normal();
}

std::optional<std::string> profile_builder::content(json_field const& name) {
  auto const file = string_of(name, problems);
  if (!file) return std::nullopt;
  auto text = sources.files(*file);
  if (text) return *std::move(text);
  problems.add(name, text.error().what(), "Paths are relative to the profile's file.");
  return std::nullopt;
}

std::optional<nanoseconds> time_span_of(json_field const& field, profile_builder& builder) {
  auto const length = duration_of(field, builder.problems);
  if (!length) return std::nullopt;
  if (*length > nanoseconds{0} && *length <= load::longest_run) return length;
  builder.problems.add(field, *length > nanoseconds{0} ? "is longer than a year" : "must be above zero",
                       "Write e.g. \"30s\".");
  return std::nullopt;
}

std::optional<std::string> short_name_of(json_field const& field, profile_builder& builder) {
  auto const name = string_of(field, builder.problems);
  if (!name) return std::nullopt;
  auto const fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  if (!name->empty() && name->size() <= 63 && std::ranges::all_of(*name, fits) && !name->starts_with('-')) {
    return std::string{*name};
  }
  builder.problems.add(field, "is not a name",
                       "Use lower-case letters, digits and hyphens, 63 at most: \"with-probe\".");
  return std::nullopt;
}

std::optional<cluster::json> cluster_json_of(json_field const& field, profile_builder& builder) {
  auto made = cluster::json::parse(to_json(*field.value), nullptr, false);
  if (!made.is_discarded()) return made;
  builder.problems.add(field, "holds a number that is too large", "Write a number that a double can hold.");
  return std::nullopt;
}

std::optional<std::pair<std::string_view, json_field>> only_one_of(json_object const& object,
                                                                   std::span<std::string_view const> keys,
                                                                   std::string_view fix, profile_builder& builder) {
  std::optional<std::pair<std::string_view, json_field>> found;
  if (!object.is_object()) return found;
  for (auto const key : keys) {
    auto const field = object.find(key);
    if (!field) continue;
    if (found) {
      builder.problems.add(*field, fmt::format("\"{}\" stands there as well", found->first), "Keep one of them.");
      continue;
    }
    found.emplace(key, *field);
  }
  if (!found) {
    builder.problems.add(object.field().line(), object.field().path, {},
                         fmt::format("needs one of {}", fmt::join(keys, ", ")), std::string{fix});
  }
  return found;
}

}  // namespace holdfast::experiment
