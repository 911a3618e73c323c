#include "core/timeline_event.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "core/json_fields.hpp"

namespace holdfast {
namespace {

using ordered_json = nlohmann::ordered_json;

constexpr json_limits line_limits{.depth = 32, .bytes = std::size_t{1} << 20U};
constexpr double most_seconds = 1e9;  // some thirty years: microseconds are exact up to there

std::string seconds_text(nanoseconds at) {
  auto const rounding = std::chrono::nanoseconds{at.count() < 0 ? -500 : 500};
  auto const microseconds = std::chrono::duration_cast<std::chrono::microseconds>(at + rounding).count();
  auto const size = microseconds < 0 ? -microseconds : microseconds;
  return fmt::format("{}{}.{:06}", microseconds < 0 ? "-" : "", size / 1'000'000, size % 1'000'000);
}

template <class Whole>
std::optional<Whole> whole_number(std::string_view text) {
  Whole value{};
  auto const [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

ordered_json number_in(json_value const& value) {
  if (auto const unsigned_number = whole_number<std::uint64_t>(value.text)) return *unsigned_number;
  if (auto const number = whole_number<std::int64_t>(value.text)) return *number;
  return value.number;
}

ordered_json value_in(json_field const& field, json_problems& problems);

ordered_json array_in(json_field const& field, json_problems& problems) {
  auto values = ordered_json::array();
  for (auto const& element : elements_of(field, problems)) values.push_back(value_in(element, problems));
  return values;
}

ordered_json object_in(json_field const& field, json_problems& problems) {
  auto object = ordered_json::object();
  for (auto const& [key, value] : named_members(field, problems)) object[std::string{key}] = value_in(value, problems);
  return object;
}

ordered_json value_in(json_field const& field, json_problems& problems) {
  switch (field.value->kind) {
    case json_kind::null:
      return nullptr;
    case json_kind::boolean:
      return field.value->boolean;
    case json_kind::number:
      return number_in(*field.value);
    case json_kind::string:
      return field.value->text;
    case json_kind::array:
      return array_in(field, problems);
    case json_kind::object:
      return object_in(field, problems);
  }
  return nullptr;
}

nanoseconds time_in(json_field const& field, json_problems& problems) {
  auto const seconds = number_of(field, problems);
  if (!seconds) return {};
  if (std::abs(*seconds) > most_seconds) {
    problems.add(field, "is not a time of a run", "Write seconds since the run's start.");
    return {};
  }
  return std::chrono::microseconds{std::llround(*seconds * 1e6)};
}

}  // namespace

std::string to_line(timeline_event const& event) {
  ordered_json const rest{{"arm", event.arm},
                          {"kind", event.kind},
                          {"subject", event.subject},
                          {"what", event.what},
                          {"detail", event.detail}};
  auto const text = rest.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
  return fmt::format("{{\"at_s\":{},{}", seconds_text(event.at), std::string_view{text}.substr(1));
}

result<timeline_event, diagnostics> read_line(std::string_view line, std::string_view file, std::uint32_t number) {
  constexpr std::array<std::string_view, 6> members{"at_s", "arm", "kind", "subject", "what", "detail"};
  constexpr std::string_view fix = "Leave the line out, or restore it.";
  auto const document = parse_json(line, file, line_limits, number);
  if (!document) return document.error();
  json_problems problems{file};
  json_object const object{{&*document, {}}, members, problems};
  timeline_event event;
  if (auto const at = object.require("at_s", fix, problems)) event.at = time_in(*at, problems);
  auto const text = [&](std::string_view name, std::string& into) {
    auto const found = object.require(name, fix, problems);
    if (auto const value = found ? string_of(*found, problems) : std::nullopt) into = *value;
  };
  text("arm", event.arm);
  text("kind", event.kind);
  text("subject", event.subject);
  text("what", event.what);
  if (auto const detail = object.require("detail", fix, problems)) event.detail = object_in(*detail, problems);
  if (!problems.empty()) return problems.take();
  return event;
}

}  // namespace holdfast
