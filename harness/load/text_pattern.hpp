#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace holdfast::load {

/// A regular expression (RE2 syntax, UTF-8) that may be run on hostile texts: time is linear in the text, memory is
/// bounded, and no text can exhaust the stack. Immutable; copies share it, also between threads.
class text_pattern {
 public:
  /// @return the pattern, or why the text is none.
  static result<text_pattern, std::string> compile(std::string_view pattern);

  /// Whether it occurs anywhere in `text`.
  bool occurs_in(std::string_view text) const;
  /// The same, and what the first group caught (the whole match when there is no group; empty when the group took no
  /// part). A view into `text`.
  bool find(std::string_view text, std::string_view& caught) const;

 private:
  struct compiled;
  explicit text_pattern(std::shared_ptr<compiled const> made) : made_{std::move(made)} {}
  std::shared_ptr<compiled const> made_;
};

}  // namespace holdfast::load
