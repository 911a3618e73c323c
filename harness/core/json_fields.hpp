#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "core/diagnostic.hpp"
#include "core/json_document.hpp"

namespace holdfast {

/// A value inside a document and the way to it ("mix[1].steps[0].get"), as messages name it. Points into the document.
struct json_field {
  json_value const* value = nullptr;
  std::string path;
  std::uint32_t line() const { return value->line; }
};

/// Collects everything that is wrong with one document, so that its writer sees all problems at once.
class json_problems {
 public:
  explicit json_problems(std::string_view file) : file_{file} {}

  void add(std::uint32_t line, std::string field, std::string value, std::string problem, std::string fix);
  /// The same with line, path and value of `where`; long values are shown shortened.
  void add(json_field const& where, std::string problem, std::string fix);
  /// "must be `expected`" with the value that stands there instead.
  void wrong_kind(json_field const& where, std::string_view expected, std::string_view example);
  void append(diagnostics const& more);

  std::string const& file() const { return file_; }
  bool empty() const { return found_.empty(); }
  std::size_t size() const { return found_.size(); }
  diagnostics take() { return std::move(found_); }

 private:
  std::string file_;
  diagnostics found_;
};

/// How a message shows a value: strings as they are, the rest as JSON, shortened after 60 characters.
std::string shown(json_value const& value);

/// An object of which only certain keys are known. Construction reports a value that is no object, unknown keys (with
/// the nearest known one) and repeated keys; what is left can still be read, so that later problems show as well.
class json_object {
 public:
  json_object(json_field field, std::span<std::string_view const> known, json_problems& problems);

  bool is_object() const { return field_.value->kind == json_kind::object; }
  json_field const& field() const { return field_; }
  /// The first member with that key.
  std::optional<json_field> find(std::string_view key) const;
  /// The same; a missing key is a problem, and `fix` says what to add.
  std::optional<json_field> require(std::string_view key, std::string_view fix, json_problems& problems) const;

 private:
  json_field field_;
};

/// Members of an object whose keys are free (names): repeated keys are problems. Empty when the value is no object.
std::vector<std::pair<std::string_view, json_field>> named_members(json_field const& field, json_problems& problems);

/// Elements of an array with their paths; a value that is no array is a problem.
std::vector<json_field> elements_of(json_field const& field, json_problems& problems);

// Typed access. Each reports a value of the wrong kind or outside its bounds, and then answers with nothing.
std::optional<std::string_view> string_of(json_field const& field, json_problems& problems);
std::optional<bool> boolean_of(json_field const& field, json_problems& problems);
std::optional<double> number_of(json_field const& field, json_problems& problems);
std::optional<std::uint64_t> count_of(json_field const& field, std::uint64_t first, std::uint64_t last,
                                      json_problems& problems);
std::optional<nanoseconds> duration_of(json_field const& field, json_problems& problems);  ///< "250ms"
std::optional<std::uint64_t> size_of(json_field const& field, json_problems& problems);    ///< "64KiB", or 512
/// One of `words`; the nearest is suggested.
std::optional<std::string_view> word_of(json_field const& field, std::span<std::string_view const> words,
                                        json_problems& problems);

}  // namespace holdfast
