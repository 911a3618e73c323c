#include "load/text_pattern.hpp"

#include <algorithm>
#include <array>

#include <re2/re2.h>

namespace holdfast::load {

struct text_pattern::compiled {
  compiled(std::string_view pattern, RE2::Options const& options)
      : expression{re2::StringPiece{pattern.data(), pattern.size()}, options},
        groups{1 + std::min(expression.NumberOfCapturingGroups(), 1)} {}
  RE2 expression;
  int groups;  ///< that are asked for: the whole match and at most the first one
};

result<text_pattern, std::string> text_pattern::compile(std::string_view pattern) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(1 << 20);  // for the program and its cached states; beyond, RE2 refuses or searches more slowly
  auto made = std::make_shared<compiled const>(pattern, options);
  if (!made->expression.ok()) return made->expression.error();
  return text_pattern{std::move(made)};
}

bool text_pattern::occurs_in(std::string_view text) const {
  return made_->expression.Match({text.data(), text.size()}, 0, text.size(), RE2::UNANCHORED, nullptr, 0);
}

bool text_pattern::find(std::string_view text, std::string_view& caught) const {
  std::array<re2::StringPiece, 2> groups;
  if (!made_->expression.Match({text.data(), text.size()}, 0, text.size(), RE2::UNANCHORED, groups.data(),
                               made_->groups)) {
    return false;
  }
  auto const& group = groups[static_cast<std::size_t>(made_->groups - 1)];
  caught = group.data() == nullptr ? std::string_view{} : std::string_view{group.data(), group.size()};
  return true;
}

}  // namespace holdfast::load
