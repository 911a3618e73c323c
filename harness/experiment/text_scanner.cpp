#include "experiment/text_scanner.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace holdfast::experiment {
namespace {

// Those of two characters first.
constexpr std::array<std::pair<std::string_view, comparison>, 7> signs{{{"<=", comparison::at_most},
                                                                        {">=", comparison::at_least},
                                                                        {"!=", comparison::different},
                                                                        {"==", comparison::equal},
                                                                        {"<", comparison::less},
                                                                        {">", comparison::more},
                                                                        {"=", comparison::equal}}};

}  // namespace

void text_scanner::skip_blanks() {
  auto const first = rest_.find_first_not_of(" \t\r\n");
  rest_.remove_prefix(std::min(first, rest_.size()));
}

std::string_view text_scanner::word() {
  auto const end = std::min(rest_.find_first_of(" \t\r\n<>=!*"), rest_.size());
  auto const found = rest_.substr(0, end);
  rest_.remove_prefix(end);
  skip_blanks();
  return found;
}

std::optional<comparison> text_scanner::comparison_sign() {
  for (auto const& [sign, meaning] : signs) {
    if (!rest_.starts_with(sign)) continue;
    rest_.remove_prefix(sign.size());
    skip_blanks();
    return meaning;
  }
  return std::nullopt;
}

bool text_scanner::star() {
  if (!rest_.starts_with('*')) return false;
  rest_.remove_prefix(1);
  skip_blanks();
  return true;
}

}  // namespace holdfast::experiment
