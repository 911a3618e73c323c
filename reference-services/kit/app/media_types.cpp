#include "kit/app/media_types.hpp"

#include "net/http_text.hpp"

namespace holdfast::kit {

namespace {

using net::equals_ignoring_case;
using net::trimmed;

std::string_view take_until(std::string_view& text, char separator) {
  auto const at = text.find(separator);
  auto const part = trimmed(text.substr(0, at));
  text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
  return part;
}

/// Quality in thousandths (RFC 9110, 12.4.2); what cannot be read counts as 1.
int quality_of(std::string_view parameters) {
  while (!parameters.empty()) {
    auto parameter = take_until(parameters, ';');
    auto const name = take_until(parameter, '=');
    if (!equals_ignoring_case(name, "q")) continue;
    if (parameter.empty() || (parameter[0] != '0' && parameter[0] != '1')) return 1000;
    if (parameter[0] == '1') return 1000;
    int quality = 0;
    int weight = 100;
    for (std::size_t i = 2; i < parameter.size() && i < 5; ++i, weight /= 10) {
      if (parameter[i] < '0' || parameter[i] > '9') return 1000;
      quality += weight * (parameter[i] - '0');
    }
    return quality;
  }
  return 1000;
}

/// Calls `visit(range, quality)` for each media range.
template <class Visitor>
void for_each_range(std::string_view accept, Visitor visit) {
  while (!accept.empty()) {
    auto element = net::take_list_element(accept);
    auto const range = take_until(element, ';');
    if (!range.empty()) visit(range, quality_of(element));
  }
}

}  // namespace

document_form accepted_form(std::optional<std::string_view> accept) {
  if (!accept || *accept == "*/*") return document_form::hal;
  int hal = 0;
  int json = 0;
  bool hal_first = false;
  for_each_range(*accept, [&](std::string_view range, int quality) {
    if (equals_ignoring_case(range, "application/hal+json")) {
      hal_first = hal_first || json == 0;
      hal = quality;
    } else if (equals_ignoring_case(range, "application/json")) {
      json = quality;
    }
  });
  return json > hal || (json == hal && json > 0 && !hal_first) ? document_form::json : document_form::hal;
}

std::string_view content_type_of(document_form form, framework_generation generation) {
  if (generation == framework_generation::v2_3) {
    return form == document_form::hal ? "application/hal+json" : "application/json";
  }
  return form == document_form::hal ? "application/hal+json;charset=UTF-8" : "application/json;charset=UTF-8";
}

bool wants_html(std::optional<std::string_view> accept) {
  if (!accept) return false;
  int html = 0;
  int json = 0;
  int wildcard = 0;
  bool any = false;
  for_each_range(*accept, [&](std::string_view range, int quality) {
    any = true;
    if (equals_ignoring_case(range, "text/html")) html = quality;
    if (equals_ignoring_case(range, "application/json") || equals_ignoring_case(range, "application/hal+json")) {
      json = quality;
    }
    if (range == "*/*" || equals_ignoring_case(range, "application/*")) wildcard = quality;
  });
  if (!any) return false;
  return json == 0 && (html > 0 || wildcard == 0);
}

bool is_json_media_type(std::optional<std::string_view> content_type) {
  if (!content_type) return false;
  auto rest = *content_type;
  auto const type = take_until(rest, ';');
  constexpr std::string_view family = "application/";
  constexpr std::string_view suffix = "+json";
  bool const json =
      equals_ignoring_case(type, "application/json") ||
      (type.size() > family.size() + suffix.size() && equals_ignoring_case(type.substr(0, family.size()), family) &&
       equals_ignoring_case(type.substr(type.size() - suffix.size()), suffix) &&
       !equals_ignoring_case(type, "application/json-patch+json"));  // a list of operations, no document
  if (!json) return false;
  while (!rest.empty()) {
    auto parameter = take_until(rest, ';');
    auto const name = take_until(parameter, '=');
    if (!equals_ignoring_case(name, "charset")) continue;
    if (parameter.size() >= 2 && parameter.front() == '"' && parameter.back() == '"') {
      parameter = parameter.substr(1, parameter.size() - 2);
    }
    if (!equals_ignoring_case(parameter, "utf-8") && !equals_ignoring_case(parameter, "utf8")) return false;
  }
  return true;
}

}  // namespace holdfast::kit
