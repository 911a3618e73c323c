#pragma once

#include <optional>
#include <string_view>

#include "experiment/check.hpp"

namespace holdfast::experiment {

/// Takes the words and operators of a check or condition off a text.
class text_scanner {
 public:
  explicit text_scanner(std::string_view text) : rest_{text} { skip_blanks(); }

  bool at_end() const { return rest_.empty(); }
  std::string_view rest() const { return rest_; }
  /// Up to the next blank or operator; empty when there is none.
  std::string_view word();
  std::optional<comparison> comparison_sign();
  bool star();

 private:
  void skip_blanks();
  std::string_view rest_;
};

}  // namespace holdfast::experiment
