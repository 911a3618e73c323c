#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "load/text_template.hpp"

namespace holdfast::load {

/// Turns one text into a template, collecting every problem on the way. Used by text_template::compile().
class template_compiler {
 public:
  template_compiler(std::string_view text, template_rules const& rules) : text_{text}, rules_{rules} {}
  result<text_template, std::vector<template_problem>> compile() &&;

 private:
  void add_literal(std::string_view text);
  void add_placeholder(std::size_t start, std::size_t end);
  std::optional<text_template::piece> piece_of(std::vector<std::string_view> const& words);
  std::optional<text_template::piece> without_arguments(text_template::piece_kind kind,
                                                        std::vector<std::string_view> const& words);
  std::optional<text_template::piece> random_number(std::vector<std::string_view> const& words);
  std::optional<text_template::piece> random_text(std::vector<std::string_view> const& words);
  std::optional<text_template::piece> modified(std::vector<std::string_view> words);
  std::optional<text_template::piece> variable(std::string_view name);
  std::nullopt_t refuse(std::string problem, std::string fix);

  std::string_view text_;
  template_rules const& rules_;
  std::size_t column_ = 0;
  std::string_view placeholder_;
  text_template made_;
  std::vector<template_problem> problems_;
};

}  // namespace holdfast::load
