#include "load/text_template.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "core/json_document.hpp"
#include "load/text_template_compiler.hpp"

namespace holdfast::load {
namespace {

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

// RFC 3986: gen-delims and sub-delims that may stand in path or query, and '%' of what is encoded already.
bool stays_in_target(char c) {
  return is_unreserved(c) || std::string_view{":/?@!$&'()*+,;=[]%"}.find(c) != std::string_view::npos;
}

template <class Predicate>
void append_percent_encoded(std::string_view value, Predicate stays, std::string& out) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  for (char const c : value) {
    if (stays(c)) {
      out += c;
      continue;
    }
    auto const code = static_cast<unsigned char>(c);
    out += '%';
    out += hex[code >> 4U];
    out += hex[code & 15U];
  }
}

template <class Integer>
void append_integer(Integer value, std::string& out) {
  std::array<char, 24> digits{};
  auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(digits.data(), end);
}

// RFC 9562, version 4: 122 random bits.
void append_uuid(random_engine& random, std::string& out) {
  constexpr std::string_view hex = "0123456789abcdef";
  auto const high = (random() & ~std::uint64_t{0xf000}) | 0x4000U;
  auto const low = (random() & ~(std::uint64_t{3} << 62U)) | (std::uint64_t{2} << 62U);
  for (unsigned i = 0; i < 32; ++i) {
    if (i == 8 || i == 12 || i == 16 || i == 20) out += '-';
    auto const word = i < 16 ? high : low;
    out += hex[(word >> (60U - 4U * (i % 16U))) & 15U];
  }
}

void append_random_string(random_engine& random, std::int64_t length, std::string& out) {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  for (std::int64_t i = 0; i < length; ++i) out += letters[random.below(letters.size())];
}

}  // namespace

void append_encoded(std::string_view value, value_encoding encoding, std::string& out) {
  switch (encoding) {
    case value_encoding::as_is:
      out += value;
      return;
    case value_encoding::target:
      append_percent_encoded(value, stays_in_target, out);
      return;
    case value_encoding::component:
      append_percent_encoded(value, is_unreserved, out);
      return;
    case value_encoding::json_string:
      append_json_escaped(value, out);
      return;
  }
}

text_template text_template::literal(std::string_view text) {
  text_template made;
  made.append_literal(text);
  return made;
}

result<text_template, std::vector<template_problem>> text_template::compile(std::string_view text,
                                                                            template_rules const& rules) {
  return template_compiler{text, rules}.compile();
}

void text_template::append_literal(std::string_view text) {
  if (text.empty()) return;
  auto const start = static_cast<std::int64_t>(literals_.size());
  literals_ += text;
  auto const end = static_cast<std::int64_t>(literals_.size());
  if (!pieces_.empty() && pieces_.back().kind == piece_kind::text) {
    pieces_.back().last = end;
  } else {
    pieces_.push_back({.kind = piece_kind::text, .first = start, .last = end});
  }
}

void text_template::append(text_template const& more) {
  for (auto const& p : more.pieces_) {
    if (p.kind == piece_kind::text) {
      append_literal(std::string_view{more.literals_}.substr(static_cast<std::size_t>(p.first),
                                                             static_cast<std::size_t>(p.last - p.first)));
    } else {
      pieces_.push_back(p);
    }
  }
}

void text_template::render(render_values const& values, std::string& out) const {
  for (auto const& p : pieces_) {
    switch (p.kind) {
      case piece_kind::text:
        out.append(literals_, static_cast<std::size_t>(p.first), static_cast<std::size_t>(p.last - p.first));
        break;
      case piece_kind::variable:
        append_encoded(values.variables[static_cast<std::size_t>(p.first)], p.encoding, out);
        break;
      case piece_kind::seq:
        append_integer(values.seq, out);
        break;
      case piece_kind::user:
        append_integer(values.user, out);
        break;
      case piece_kind::uuid:
        append_uuid(values.random, out);
        break;
      case piece_kind::random:
        append_integer(values.random.between(p.first, p.last), out);
        break;
      case piece_kind::random_string:
        append_random_string(values.random, p.first, out);
        break;
    }
  }
}

bool text_template::uses_seq() const {
  return std::ranges::any_of(pieces_, [](piece const& p) { return p.kind == piece_kind::seq; });
}

std::vector<std::uint32_t> text_template::variables() const {
  std::vector<std::uint32_t> numbers;
  for (auto const& p : pieces_) {
    if (p.kind == piece_kind::variable) numbers.push_back(static_cast<std::uint32_t>(p.first));
  }
  std::ranges::sort(numbers);
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  return numbers;
}

}  // namespace holdfast::load
