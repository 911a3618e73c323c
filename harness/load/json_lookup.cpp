#include "load/json_lookup.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/json_input.hpp"

namespace holdfast::load {
namespace {

// "~1" is "/", "~0" is "~"; any other "~" is an error.
std::optional<std::string> unescaped(std::string_view token) {
  std::string plain;
  for (std::size_t i = 0; i < token.size(); ++i) {
    if (token[i] != '~') {
      plain += token[i];
    } else if (++i < token.size() && (token[i] == '0' || token[i] == '1')) {
      plain += token[i] == '0' ? '~' : '/';
    } else {
      return std::nullopt;
    }
  }
  return plain;
}

// Follows the parser's events and keeps, for every pointer, how many of its tokens lead to the value being read.
class finder {
 public:
  finder(char const** position, std::span<json_pointer const> pointers, std::vector<json_finding>& findings)
      : position_{position}, pointers_{pointers}, findings_{findings}, matched_(pointers.size(), 0) {}

  bool null() { return scalar(json_kind::null, "null"); }
  bool boolean(bool value) { return scalar(json_kind::boolean, value ? "true" : "false"); }
  bool number_integer(std::int64_t value) { return number(value); }
  bool number_unsigned(std::uint64_t value) { return number(value); }
  bool number_float(double /*value*/, std::string const& written) { return scalar(json_kind::number, written); }
  bool string(std::string& value) { return scalar(json_kind::string, value); }
  bool binary(std::vector<std::uint8_t>& /*value*/) { return false; }
  bool start_object(std::size_t /*size*/) { return open(json_kind::object); }
  bool start_array(std::size_t /*size*/) { return open(json_kind::array); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool key(std::string& name) {
    enter(name);
    return true;
  }
  bool parse_error(std::size_t /*at*/, std::string const& /*token*/, nlohmann::json::exception const& /*error*/) {
    problem = "the body is not valid JSON";
    return false;
  }

  std::string problem;

 private:
  struct level {
    json_kind kind;
    char const* start;
    std::uint64_t next_element = 0;
  };

  template <class Integer>
  bool number(Integer value) {
    std::array<char, 24> digits{};
    auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    return scalar(json_kind::number, {digits.data(), static_cast<std::size_t>(end - digits.data())});
  }
  bool scalar(json_kind kind, std::string_view text) {
    before_value();
    for (std::size_t i = 0; i < pointers_.size(); ++i) {
      if (is_at(i)) put(i, kind, text);
    }
    after_value();
    return true;
  }
  bool open(json_kind kind) {
    before_value();
    if (levels_.size() >= deepest_json) {
      problem = "the body is nested too deeply";
      return false;
    }
    levels_.push_back({.kind = kind, .start = *position_ - 1});
    return true;
  }
  bool close() {
    auto const closed = levels_.back();
    levels_.pop_back();
    for (std::size_t i = 0; i < pointers_.size(); ++i) {
      if (is_at(i)) put(i, closed.kind, {closed.start, static_cast<std::size_t>(*position_ - closed.start)});
    }
    after_value();
    return true;
  }

  // An element of an array has no key event: its number is the token.
  void before_value() {
    if (levels_.empty() || levels_.back().kind != json_kind::array) return;
    std::array<char, 24> digits{};
    auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), levels_.back().next_element++).ptr;
    enter({digits.data(), static_cast<std::size_t>(end - digits.data())});
  }
  void enter(std::string_view token) {
    auto const depth = levels_.size();
    for (std::size_t i = 0; i < pointers_.size(); ++i) {
      auto const tokens = pointers_[i].tokens();
      if (matched_[i] == depth - 1 && tokens.size() >= depth && tokens[depth - 1] == token) matched_[i] = depth;
    }
  }
  void after_value() {
    auto const depth = levels_.size();
    for (auto& matched : matched_) {
      if (depth > 0 && matched == depth) matched = depth - 1;
    }
  }
  bool is_at(std::size_t i) const {
    return matched_[i] == levels_.size() && pointers_[i].tokens().size() == levels_.size();
  }
  void put(std::size_t i, json_kind kind, std::string_view text) {
    auto& finding = findings_[i];
    finding.exists = true;
    finding.kind = kind;
    finding.text = text;
  }

  char const** position_;
  std::span<json_pointer const> pointers_;
  std::vector<json_finding>& findings_;
  std::vector<std::size_t> matched_;
  std::vector<level> levels_;
};

}  // namespace

result<json_pointer, std::string> json_pointer::parse(std::string_view text) {
  json_pointer made;
  made.text_ = text;
  if (text.empty()) return made;
  if (text.front() != '/') return std::string{"a JSON pointer is empty or begins with \"/\""};
  while (!text.empty()) {
    text.remove_prefix(1);
    auto const end = std::min(text.find('/'), text.size());
    auto token = unescaped(text.substr(0, end));
    if (!token) return std::string{"in a JSON pointer \"~\" is written \"~0\", and \"/\" inside a key \"~1\""};
    made.tokens_.push_back(std::move(*token));
    text.remove_prefix(end);
  }
  return made;
}

std::string look_up(std::string_view text, std::span<json_pointer const> pointers,
                    std::vector<json_finding>& findings) {
  findings.resize(pointers.size());
  for (auto& finding : findings) finding.exists = false;
  char const* position = text.data();
  finder events{&position, pointers, findings};
  auto const* const end = text.data() + text.size();
  if (!nlohmann::json::sax_parse(tracked_iterator{text.data(), &position}, tracked_iterator{end, &position}, &events)) {
    for (auto& finding : findings) finding.exists = false;
  }
  return std::move(events.problem);
}

}  // namespace holdfast::load
