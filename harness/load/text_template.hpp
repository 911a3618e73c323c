#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/random.hpp"
#include "core/result.hpp"

namespace holdfast::load {

/// How values are put into a text, so that they cannot change its meaning.
enum class value_encoding : std::uint8_t {
  as_is,        ///< bodies and comparisons
  target,       ///< a request target: what cannot stand in one is percent-encoded ('/', '?', '&' stay)
  component,    ///< one part of a URL or form: everything but letters, digits and "-._~" is percent-encoded
  json_string,  ///< between the quotes of a JSON string
};

/// What is wrong with a template, and where.
struct template_problem {
  std::size_t column = 0;  ///< 1-based, in bytes
  std::string value;       ///< the placeholder as it stands there
  std::string problem;
  std::string fix;
};

/// Whether a template may draw new values ({{uuid}}, {{random 1 6}}, {{random_string 8}}).
enum class template_draws : std::uint8_t { allowed, refused };

/// A name that placeholders may use, and the variable that it means. Several names may mean the same.
struct variable_name {
  std::string_view name;
  std::uint32_t number = 0;
};

struct template_rules {
  std::span<variable_name const> variables;
  value_encoding encoding = value_encoding::as_is;
  template_draws draws = template_draws::allowed;
};

/// What placeholders stand for in one rendering.
struct render_values {
  std::span<std::string_view const> variables;  ///< by number
  random_engine& random;
  std::uint64_t seq = 0;   ///< number of the request, unique in the run
  std::uint64_t user = 0;  ///< number of the user, unique in the run
};

/// A text with placeholders, compiled once and rendered often. Rendering appends to a string and allocates only when
/// that has to grow.
///
///     {{name}}             a variable: fixed, extracted from an answer, or a feeder's column
///     {{seq}}              the request's number in the run; the same wherever it stands in one request
///     {{user}}             the user's number
///     {{uuid}}             a new random UUID (version 4)
///     {{random 1 100}}     a new whole number, both ends included
///     {{random_string 8}}  new letters and digits
///     {{url name}}         the value, percent-encoded as one part of a URL
///     {{raw name}}         in a JSON body, as the only content of a string: the value without quotes and escapes
///     \{{                  two braces as they are
class text_template {
 public:
  text_template() = default;
  /// A text in which nothing is replaced.
  static text_template literal(std::string_view text);
  static result<text_template, std::vector<template_problem>> compile(std::string_view text,
                                                                      template_rules const& rules);

  void append(text_template const& more);
  void append_literal(std::string_view text);

  void render(render_values const& values, std::string& out) const;

  /// Without placeholders: always renders to text().
  bool is_static() const {
    return pieces_.empty() || (pieces_.size() == 1 && pieces_.front().kind == piece_kind::text);
  }
  std::string_view text() const { return literals_; }
  /// The text is nothing but one {{raw ...}}.
  bool is_raw() const { return pieces_.size() == 1 && pieces_.front().raw; }
  bool uses_seq() const;
  /// Numbers of the variables in it, ascending, each once.
  std::vector<std::uint32_t> variables() const;

  /// A letter or "_", then also digits, "-" and ".".
  static bool is_variable_name(std::string_view name);
  /// A word that means something else in braces: "seq", "user", "uuid", ...
  static bool is_reserved(std::string_view name);

 private:
  enum class piece_kind : std::uint8_t { text, variable, seq, user, uuid, random, random_string };
  struct piece {
    piece_kind kind = piece_kind::text;
    value_encoding encoding = value_encoding::as_is;
    bool raw = false;
    std::int64_t first = 0;  ///< text: offset in literals_; variable: its number; random: lower end; string: length
    std::int64_t last = 0;   ///< text: end offset; random: upper end
  };
  friend class template_compiler;

  std::string literals_;
  std::vector<piece> pieces_;
};

/// Appends `value` to `out` in an encoding.
void append_encoded(std::string_view value, value_encoding encoding, std::string& out);

}  // namespace holdfast::load
