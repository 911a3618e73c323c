#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "kit/documents/value.hpp"
#include "kit/rest/resource_document.hpp"

namespace holdfast::kit {

/// What a client sent of a document.
struct given_document {
  std::vector<std::optional<value>> fields;  ///< by column; nothing: not mentioned. A null was mentioned.
  std::optional<std::int64_t> id;            ///< "id" in the body, when it is a number: the originals honour it (G-06)
};

/// Reads a body as leniently as the originals' parser: unknown fields are ignored, numbers may be written as strings
/// and the other way round, of a repeated key the last counts. Refused, with the reason: what is no JSON (or no UTF-8),
/// no object, nested deeper than `depth`, or a value that its field cannot hold.
result<given_document, std::string> read_document(std::string_view body, std::span<resource_field const> fields,
                                                  std::size_t depth = 64);

/// {"cause":null,"message":...}: how the exporter words a 400.
std::string refusal_json(std::string_view message);

/// Digits with an optional sign, within 64 bits; nothing otherwise.
std::optional<std::int64_t> read_integer(std::string_view text);

}  // namespace holdfast::kit
