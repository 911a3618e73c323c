#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/json_document.hpp"
#include "core/result.hpp"

namespace holdfast::load {

/// A place in a JSON text, "/items/0/id" (RFC 6901). "" is the whole text.
class json_pointer {
 public:
  /// @return the pointer, or what is wrong with the text.
  static result<json_pointer, std::string> parse(std::string_view text);
  std::span<std::string const> tokens() const { return tokens_; }
  std::string const& text() const { return text_; }
  friend bool operator==(json_pointer const&, json_pointer const&) = default;

 private:
  std::string text_;
  std::vector<std::string> tokens_;
};

/// What stands at one place.
struct json_finding {
  bool exists = false;
  json_kind kind = json_kind::null;
  std::string text;  ///< a string's characters; for every other kind the JSON text as it stands in the body
};

/// Looks up several places in one pass, without a tree: memory is bounded by the text, depth by `deepest_json`.
/// @param findings  one for each pointer; reused, so that steady state allocates little
/// @return empty, or why the text is not JSON; then nothing exists in it
std::string look_up(std::string_view text, std::span<json_pointer const> pointers, std::vector<json_finding>& findings);

inline constexpr std::size_t deepest_json = 512;

}  // namespace holdfast::load
