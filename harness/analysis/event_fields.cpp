#include "analysis/event_fields.hpp"

namespace holdfast::analysis {
namespace {

nlohmann::ordered_json const* member_of(nlohmann::ordered_json const& object, std::string_view name) {
  if (!object.is_object()) return nullptr;
  auto const found = object.find(std::string{name});
  return found == object.end() ? nullptr : &*found;
}

}  // namespace

std::string text_in(timeline_event const& event, std::string_view member) {
  auto const* const value = member_of(event.detail, member);
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string{};
}

std::optional<double> number_in(timeline_event const& event, std::string_view member) {
  auto const* const value = member_of(event.detail, member);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  return value->get<double>();
}

std::vector<std::string> pods_in(timeline_event const& event, std::string_view list) {
  std::vector<std::string> names;
  auto const* const entries = member_of(event.detail, list);
  if (entries == nullptr || !entries->is_array()) return names;
  for (auto const& entry : *entries) {
    auto const* const pod = member_of(entry, "pod");
    if (pod != nullptr && pod->is_string()) names.push_back(pod->get<std::string>());
  }
  return names;
}

}  // namespace holdfast::analysis
