#include "load/text_template_compiler.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "core/diagnostic.hpp"

namespace holdfast::load {
namespace {

constexpr std::array<std::string_view, 7> reserved_words{"seq",           "user", "uuid", "random",
                                                         "random_string", "raw",  "url"};
constexpr std::int64_t longest_random_string = 65536;

std::vector<std::string_view> words_of(std::string_view text) {
  constexpr std::string_view blank = " \t\r\n";
  std::vector<std::string_view> words;
  for (auto at = text.find_first_not_of(blank); at != std::string_view::npos; at = text.find_first_not_of(blank, at)) {
    auto const end = std::min(text.find_first_of(blank, at), text.size());
    words.push_back(text.substr(at, end - at));
    at = end;
  }
  return words;
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t value = 0;
  auto const* const end = text.data() + text.size();
  auto const [stop, problem] = std::from_chars(text.data(), end, value);
  if (problem != std::errc{} || stop != end) return std::nullopt;
  return value;
}

}  // namespace

bool text_template::is_variable_name(std::string_view name) {
  auto const letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  auto const more = [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '.'; };
  return !name.empty() && letter(name.front()) && std::ranges::all_of(name, more);
}

bool text_template::is_reserved(std::string_view name) {
  return std::ranges::find(reserved_words, name) != reserved_words.end();
}

result<text_template, std::vector<template_problem>> template_compiler::compile() && {
  std::size_t at = 0;
  while (at < text_.size()) {
    auto const open = text_.find("{{", at);
    if (open == std::string_view::npos) break;
    if (open > at && text_[open - 1] == '\\') {
      add_literal(text_.substr(at, open - 1 - at));
      add_literal("{{");
      at = open + 2;
      continue;
    }
    add_literal(text_.substr(at, open - at));
    column_ = open + 1;
    auto const close = text_.find("}}", open + 2);
    if (close == std::string_view::npos) {
      placeholder_ = text_.substr(open, 40);
      refuse("the braces are not closed", "Close them with }}, or write \\{{ for two braces.");
      at = text_.size();
      break;
    }
    add_placeholder(open, close + 2);
    at = close + 2;
  }
  if (at < text_.size()) add_literal(text_.substr(at));
  if (!problems_.empty()) return std::move(problems_);
  return std::move(made_);
}

void template_compiler::add_literal(std::string_view text) {
  bool const encodes = rules_.encoding == value_encoding::json_string || rules_.encoding == value_encoding::component;
  if (!encodes) return made_.append_literal(text);
  std::string encoded;
  append_encoded(text, rules_.encoding, encoded);
  made_.append_literal(encoded);
}

void template_compiler::add_placeholder(std::size_t start, std::size_t end) {
  placeholder_ = text_.substr(start, end - start);
  auto const piece = piece_of(words_of(placeholder_.substr(2, placeholder_.size() - 4)));
  if (piece) made_.pieces_.push_back(*piece);
}

std::optional<text_template::piece> template_compiler::piece_of(std::vector<std::string_view> const& words) {
  using kind = text_template::piece_kind;
  if (words.empty()) return refuse("a placeholder needs a name", "Write e.g. {{seq}}, or \\{{ for two braces.");
  auto const word = words.front();
  if (word == "raw" || word == "url") return modified(words);
  if (word == "seq") return without_arguments(kind::seq, words);
  if (word == "user") return without_arguments(kind::user, words);
  bool const draws = word == "uuid" || word == "random" || word == "random_string";
  if (draws && rules_.draws == template_draws::refused) {
    return refuse("a new random value cannot stand here", "Put it into a variable, or compare with a pattern.");
  }
  if (word == "uuid") return without_arguments(kind::uuid, words);
  if (word == "random") return random_number(words);
  if (word == "random_string") return random_text(words);
  if (words.size() > 1) {
    return refuse(fmt::format("\"{}\" takes no arguments", word), fmt::format("Write {{{{{}}}}}.", word));
  }
  return variable(word);
}

std::optional<text_template::piece> template_compiler::without_arguments(text_template::piece_kind kind,
                                                                         std::vector<std::string_view> const& words) {
  if (words.size() == 1) return text_template::piece{.kind = kind};
  return refuse(fmt::format("\"{}\" takes no arguments", words.front()),
                fmt::format("Write {{{{{}}}}}.", words.front()));
}

std::optional<text_template::piece> template_compiler::random_number(std::vector<std::string_view> const& words) {
  auto const first = words.size() == 3 ? whole_number(words[1]) : std::nullopt;
  auto const last = words.size() == 3 ? whole_number(words[2]) : std::nullopt;
  if (first && last && *first <= *last) {
    return text_template::piece{.kind = text_template::piece_kind::random, .first = *first, .last = *last};
  }
  return refuse("\"random\" takes two whole numbers, the smaller one first", "Write e.g. {{random 1 100}}.");
}

std::optional<text_template::piece> template_compiler::random_text(std::vector<std::string_view> const& words) {
  auto const length = words.size() == 2 ? whole_number(words[1]) : std::nullopt;
  if (length && *length >= 1 && *length <= longest_random_string) {
    return text_template::piece{.kind = text_template::piece_kind::random_string, .first = *length};
  }
  return refuse(fmt::format("\"random_string\" takes a length from 1 to {}", longest_random_string),
                "Write e.g. {{random_string 8}}.");
}

std::optional<text_template::piece> template_compiler::modified(std::vector<std::string_view> words) {
  bool const raw = words.front() == "raw";
  if (words.size() == 1) {
    return refuse(fmt::format("\"{}\" needs a name", words.front()),
                  fmt::format("Write e.g. {{{{{} id}}}}.", words.front()));
  }
  if (raw && (rules_.encoding != value_encoding::json_string || placeholder_.size() != text_.size())) {
    return refuse("\"raw\" can only be the whole content of a string in a JSON body", "Leave \"raw\" out.");
  }
  words.erase(words.begin());
  if (words.front() == "raw" || words.front() == "url") {
    return refuse("one modifier is enough", "Write e.g. {{url id}}.");
  }
  auto piece = piece_of(words);
  if (!piece) return std::nullopt;
  piece->encoding = raw ? value_encoding::as_is : value_encoding::component;
  piece->raw = raw;
  return piece;
}

std::optional<text_template::piece> template_compiler::variable(std::string_view name) {
  auto const found = std::ranges::find(rules_.variables, name, &variable_name::name);
  if (found != rules_.variables.end()) {
    return text_template::piece{
        .kind = text_template::piece_kind::variable, .encoding = rules_.encoding, .first = found->number};
  }
  std::vector<std::string_view> candidates{reserved_words.begin(), reserved_words.end()};
  for (auto const& known : rules_.variables) candidates.push_back(known.name);
  auto fix = did_you_mean(name, candidates);
  if (!fix.empty()) fix.erase(0, 1);
  if (fix.empty()) fix = "Define it in \"vars\", extract it in an earlier step, or use a feeder's column.";
  return refuse(fmt::format("no variable \"{}\" is known here", name), std::move(fix));
}

std::nullopt_t template_compiler::refuse(std::string problem, std::string fix) {
  problems_.push_back(
      {.column = column_, .value = std::string{placeholder_}, .problem = std::move(problem), .fix = std::move(fix)});
  return std::nullopt;
}

}  // namespace holdfast::load
