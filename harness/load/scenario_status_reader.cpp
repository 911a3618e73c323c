#include <charconv>

#include "load/scenario_parts.hpp"

namespace holdfast::load {
namespace {

std::optional<std::uint16_t> code_of(std::string_view text) {
  std::uint16_t code = 0;
  auto const* const end = text.data() + text.size();
  auto const [stop, problem] = std::from_chars(text.data(), end, code);
  if (problem != std::errc{} || stop != end || code < 100 || code > 599) return std::nullopt;
  return code;
}

// "200", "200-204", "2xx".
std::optional<status_range> range_of(std::string_view text) {
  if (text.size() == 3 && text.substr(1) == "xx" && text[0] >= '1' && text[0] <= '5') {
    auto const first = static_cast<std::uint16_t>((text[0] - '0') * 100);
    return status_range{first, static_cast<std::uint16_t>(first + 99)};
  }
  auto const dash = text.find('-');
  auto const first = code_of(text.substr(0, dash));
  auto const last = dash == std::string_view::npos ? first : code_of(text.substr(dash + 1));
  if (!first || !last || *first > *last) return std::nullopt;
  return status_range{*first, *last};
}

void add_range(json_field const& field, std::vector<status_range>& ranges, scenario_builder& builder) {
  auto const kind = field.value->kind;
  bool const readable = kind == json_kind::string || kind == json_kind::number;
  if (auto const range = readable ? range_of(field.value->text) : std::nullopt) return ranges.push_back(*range);
  builder.problems.add(field, "no status", "Write a code from 100 to 599, \"2xx\" or \"200-204\", or a list of these.");
}

}  // namespace

std::vector<status_range> read_status(json_field const& field, scenario_builder& builder) {
  std::vector<status_range> ranges;
  if (field.value->kind != json_kind::array) {
    add_range(field, ranges, builder);
    return ranges;
  }
  auto const elements = elements_of(field, builder.problems);
  if (elements.empty()) builder.problems.add(field, "an empty list expects nothing", "Name a status, or leave it out.");
  for (auto const& element : elements) add_range(element, ranges, builder);
  return ranges;
}

}  // namespace holdfast::load
