#include "cluster/objects/field_problem.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace holdfast::cluster {
namespace {

constexpr std::size_t most_shown_bytes = 100;

constexpr std::array<std::pair<std::string_view, std::string_view>, 8> reason_words{{
    {"FieldValueRequired", "Required value"},
    {"FieldValueInvalid", "Invalid value"},
    {"FieldValueTypeInvalid", "Invalid value"},
    {"FieldValueDuplicate", "Duplicate value"},
    {"FieldValueForbidden", "Forbidden"},
    {"FieldValueNotSupported", "Unsupported value"},
    {"FieldValueNotFound", "Not found"},
    {"FieldValueTooLong", "Too long"},
}};

field_problem problem_about(std::string field, std::string_view reason, std::string value, std::string problem,
                            std::string fix) {
  return {.field = std::move(field),
          .reason = std::string{reason},
          .value = std::move(value),
          .problem = std::move(problem),
          .fix = std::move(fix)};
}

}  // namespace

field_problem is_missing(std::string field, std::string problem, std::string fix) {
  return problem_about(std::move(field), "FieldValueRequired", {}, std::move(problem), std::move(fix));
}

field_problem is_invalid(std::string field, json const& value, std::string problem, std::string fix) {
  return problem_about(std::move(field), "FieldValueInvalid", shown(value), std::move(problem), std::move(fix));
}

field_problem is_mistyped(std::string field, json const& value, std::string problem, std::string fix) {
  return problem_about(std::move(field), "FieldValueTypeInvalid", shown(value), std::move(problem), std::move(fix));
}

field_problem is_duplicate(std::string field, json const& value, std::string problem, std::string fix) {
  return problem_about(std::move(field), "FieldValueDuplicate", shown(value), std::move(problem), std::move(fix));
}

field_problem is_forbidden(std::string field, std::string problem, std::string fix) {
  return problem_about(std::move(field), "FieldValueForbidden", {}, std::move(problem), std::move(fix));
}

field_problem is_not_supported(std::string field, json const& value, std::string problem, std::string fix) {
  return problem_about(std::move(field), "FieldValueNotSupported", shown(value), std::move(problem), std::move(fix));
}

field_problem is_not_found(std::string field, json const& value, std::string problem, std::string fix) {
  return problem_about(std::move(field), "FieldValueNotFound", shown(value), std::move(problem), std::move(fix));
}

field_problem is_too_long(std::string field, std::string problem, std::string fix) {
  return problem_about(std::move(field), "FieldValueTooLong", {}, std::move(problem), std::move(fix));
}

field_cause cause_of(field_problem const& problem) {
  auto const* const word =
      std::ranges::find(reason_words, problem.reason, &std::pair<std::string_view, std::string_view>::first);
  std::string message{word == reason_words.end() ? "Invalid value" : word->second};
  if (!problem.value.empty()) message += ": \"" + problem.value + '"';
  message += ": " + problem.problem;
  if (!problem.fix.empty()) message += ". " + problem.fix;
  return {.field = problem.field, .reason = problem.reason, .message = std::move(message)};
}

std::string shown(json const& value) {
  auto text = value.is_string() ? value.get<std::string>() : value.dump(-1, ' ', false, json::error_handler_t::replace);
  if (text.size() > most_shown_bytes) {
    auto cut = most_shown_bytes;
    while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0U) == 0x80U) --cut;  // not inside a character
    text.resize(cut);
    text += "...";
  }
  std::ranges::replace_if(
      text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7F'; }, ' ');
  return text;
}

std::string element_path(std::string_view path, std::size_t index) {
  return std::string{path} + '[' + std::to_string(index) + ']';
}

std::string entry_path(std::string_view path, std::string_view key) {
  return std::string{path} + '[' + std::string{key} + ']';
}

}  // namespace holdfast::cluster
