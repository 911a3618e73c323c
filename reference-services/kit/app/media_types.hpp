#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace holdfast::kit {

/// Framework generation of an original: fixes small differences of its documents (reference-systems 1.2).
enum class framework_generation : std::uint8_t { v2_1, v2_3 };

/// What an Accept field asks of a resource. A resource always answers with JSON: a field that allows neither form gets
/// the usual one, which RFC 9110 (12.5.1) permits.
enum class document_form : std::uint8_t { hal, json };

/// application/json when the field names it (and prefers it to application/hal+json), else application/hal+json.
document_form accepted_form(std::optional<std::string_view> accept);
std::string_view content_type_of(document_form form, framework_generation generation);

/// Whether an error is told as a page: the field prefers text/html to JSON, or allows no JSON at all.
bool wants_html(std::optional<std::string_view> accept);

/// application/json or application/...+json in UTF-8: what a resource reads.
bool is_json_media_type(std::optional<std::string_view> content_type);

}  // namespace holdfast::kit
