#include "core/json_document.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/json_input.hpp"

namespace holdfast {
namespace {

struct syntax_problem {
  char const* at = nullptr;
  std::string text;
};

// Receives the parser's events and builds the tree. The parser works with a stack of its own, so depth costs no calls.
class tree_builder {
 public:
  tree_builder(char const** position, char const* begin, json_limits limits, std::uint32_t first_line)
      : position_{position}, counted_{begin}, line_{first_line}, depth_limit_{limits.depth} {}

  bool null() { return add({}); }
  bool boolean(bool value) { return add({.kind = json_kind::boolean, .boolean = value}); }
  bool number_integer(std::int64_t value) { return add_number(static_cast<double>(value), std::to_string(value)); }
  bool number_unsigned(std::uint64_t value) { return add_number(static_cast<double>(value), std::to_string(value)); }
  bool number_float(double value, std::string const& written) { return add_number(value, written); }
  bool string(std::string& value) { return add({.kind = json_kind::string, .text = std::move(value)}); }
  bool binary(std::vector<std::uint8_t>& /*value*/) { return false; }  // not part of JSON text

  bool start_object(std::size_t /*size*/) { return open(json_kind::object); }
  bool start_array(std::size_t /*size*/) { return open(json_kind::array); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool key(std::string& name) {
    open_.back()->members.push_back({.key = std::move(name), .line = line_at(*position_), .value = {}});
    return true;
  }
  bool parse_error(std::size_t /*position*/, std::string const& /*token*/, nlohmann::json::exception const& error) {
    // The library's text begins with its own position; the part after it says what is wrong.
    std::string what = error.what();
    if (auto const at = what.find(" - "); at != std::string::npos) what = what.substr(at + 3);
    if (auto const at = what.find("number overflow"); at != std::string::npos) what = what.substr(at);
    problem = syntax_problem{*position_, std::move(what)};
    return false;
  }

  json_value root;
  std::optional<syntax_problem> problem;

  // Lines are counted only forward, each character once.
  std::uint32_t line_at(char const* place) {
    if (place < counted_) return line_;
    line_ += static_cast<std::uint32_t>(std::count(counted_, place, '\n'));
    counted_ = place;
    return line_;
  }

 private:
  bool add(json_value value) {
    value.line = line_at(*position_);
    place(std::move(value));
    return true;
  }
  bool add_number(double number, std::string written) {
    // Only the character after a number tells that it has ended: it may be a line feed, which is not to be counted yet.
    json_value value{.kind = json_kind::number, .number = number, .text = std::move(written)};
    value.line = line_at(*position_ - 1);
    place(std::move(value));
    return true;
  }
  json_value& place(json_value value) {
    if (open_.empty()) return root = std::move(value);
    auto& parent = *open_.back();
    if (parent.kind == json_kind::array) return parent.elements.emplace_back(std::move(value));
    return parent.members.back().value = std::move(value);
  }
  bool open(json_kind kind) {
    if (open_.size() >= depth_limit_) {
      problem = syntax_problem{*position_, fmt::format("nested more than {} deep", depth_limit_)};
      return false;
    }
    // The address holds: while a container is open, nothing is added to the one around it.
    open_.push_back(&place({.kind = kind, .line = line_at(*position_)}));
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }

  char const** position_;
  char const* counted_;
  std::uint32_t line_;
  std::size_t depth_limit_;
  std::vector<json_value*> open_;
};

// The last few characters before the place of an error, on one line.
std::string excerpt_before(std::string_view text, char const* place) {
  auto const end = static_cast<std::size_t>(place - text.data());
  auto const line_start = text.substr(0, end == 0 ? 0 : end - 1).rfind('\n');
  auto const start = std::max(line_start == std::string_view::npos ? 0 : line_start + 1, end < 40 ? 0 : end - 40);
  auto shown = std::string{text.substr(start, end - start)};
  std::erase_if(shown, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
  return shown;
}

void append_json(json_value const& value, std::string& out) {
  switch (value.kind) {
    case json_kind::null:
      out += "null";
      return;
    case json_kind::boolean:
      out += value.boolean ? "true" : "false";
      return;
    case json_kind::number:
      out += value.text;
      return;
    case json_kind::string:
      out += '"';
      append_json_escaped(value.text, out);
      out += '"';
      return;
    case json_kind::array:
      out += '[';
      for (std::size_t i = 0; i < value.elements.size(); ++i) {
        if (i != 0) out += ',';
        append_json(value.elements[i], out);
      }
      out += ']';
      return;
    case json_kind::object:
      out += '{';
      for (std::size_t i = 0; i < value.members.size(); ++i) {
        out += i != 0 ? ",\"" : "\"";
        append_json_escaped(value.members[i].key, out);
        out += "\":";
        append_json(value.members[i].value, out);
      }
      out += '}';
      return;
  }
}

}  // namespace

std::string_view name_of(json_kind kind) {
  constexpr std::array<std::string_view, 6> names{"null", "a boolean", "a number", "a string", "an array", "an object"};
  return names[static_cast<std::size_t>(kind)];
}

result<json_value, diagnostics> parse_json(std::string_view text, std::string_view file, json_limits limits,
                                           std::uint32_t first_line) {
  if (text.size() > limits.bytes) {
    return diagnostics{{.file = std::string{file},
                        .value = fmt::format("{} bytes", text.size()),
                        .problem = fmt::format("a JSON text may have at most {} bytes", limits.bytes),
                        .fix = "Split the file."}};
  }
  char const* position = text.data();
  tree_builder builder{&position, text.data(), limits, first_line};
  auto const* const end = text.data() + text.size();
  bool const whole =
      nlohmann::json::sax_parse(tracked_iterator{text.data(), &position}, tracked_iterator{end, &position}, &builder);
  if (whole) return std::move(builder.root);
  auto const& problem = *builder.problem;
  auto const* const offender = problem.at == text.data() ? problem.at : problem.at - 1;
  return diagnostics{{.file = std::string{file},
                      .line = builder.line_at(offender),
                      .value = excerpt_before(text, problem.at),
                      .problem = "not valid JSON: " + problem.text,
                      .fix = "Mend the syntax there; keys and strings stand in double quotes, and no comma before a "
                             "closing bracket."}};
}

std::string to_json(json_value const& value) {
  std::string out;
  append_json(value, out);
  return out;
}

void append_json_escaped(std::string_view text, std::string& out) {
  constexpr std::string_view hex = "0123456789abcdef";
  for (char const c : text) {
    auto const code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (code < 0x20) {
      out += "\\u00";
      out += hex[code >> 4U];
      out += hex[code & 15U];
    } else {
      out += c;
    }
  }
}

}  // namespace holdfast
