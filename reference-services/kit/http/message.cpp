#include "kit/http/message.hpp"

#include "net/http_text.hpp"

namespace holdfast::kit {
namespace {

bool same_name(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t at = 0; at < a.size(); ++at) {
    if (net::ascii_lower(a[at]) != net::ascii_lower(b[at])) return false;
  }
  return true;
}

}  // namespace

std::optional<std::string_view> request::header_value(std::string_view name) const {
  for (auto const& field : headers) {
    if (same_name(field.name, name)) return field.value;
  }
  return std::nullopt;
}

std::optional<std::string_view> request::query_value(std::string_view name) const {
  for (auto const& [key, value] : query) {
    if (key == name) return value;
  }
  return std::nullopt;
}

}  // namespace holdfast::kit
