#include "experiment/shell_words.hpp"

#include <cctype>
#include <optional>

#include <fmt/format.h>

namespace holdfast::experiment {
namespace {

class word_splitter {
 public:
  explicit word_splitter(std::string_view line) : rest_{line} {}

  result<std::vector<std::string>, unit_error> split() {
    while (!rest_.empty()) {
      if (auto const problem = take(next())) return *problem;
    }
    end_word();
    return std::move(words_);
  }

 private:
  static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

  char next() {
    auto const c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  void add(char c) { (word_ ? *word_ : word_.emplace()) += c; }

  void end_word() {
    if (word_) words_.push_back(*std::exchange(word_, std::nullopt));
  }

  std::optional<unit_error> take(char c) {
    if (is_blank(c)) {
      end_word();
    } else if (c == '\'') {
      return literal();
    } else if (c == '"') {
      return quoted();
    } else if (c == '\\') {
      if (rest_.empty()) return unit_error{"ends with a backslash", "Remove it."};
      if (auto const escaped = next(); escaped != '\n') add(escaped);
    } else if (auto const problem = refusal_of(c)) {
      return problem;
    } else {
      add(c);
    }
    return std::nullopt;
  }

  std::optional<unit_error> refusal_of(char c) const {
    constexpr std::string_view special = ";&|<>()`";
    auto const is_variable = c == '$' && !rest_.empty() &&
                             (std::isalnum(static_cast<unsigned char>(rest_[0])) != 0 || rest_[0] == '_' ||
                              rest_[0] == '{' || rest_[0] == '(');
    if (special.find(c) == std::string_view::npos && !is_variable) return std::nullopt;
    return unit_error{fmt::format("'{}' would make a shell do more than start siege", c),
                      "Put it between single quotes, or leave it out."};
  }

  std::optional<unit_error> literal() {
    if (!word_) word_.emplace();
    auto const end = rest_.find('\'');
    if (end == std::string_view::npos) return unit_error{"a single quote is not closed", "Close it."};
    word_->append(rest_.substr(0, end));
    rest_.remove_prefix(end + 1);
    return std::nullopt;
  }

  std::optional<unit_error> quoted() {
    if (!word_) word_.emplace();
    while (!rest_.empty()) {
      auto const c = next();
      if (c == '"') return std::nullopt;
      if ((c == '$' || c == '`') && refusal_of(c)) return refusal_of(c);
      if (c == '\\' && !rest_.empty() && std::string_view{"$`\"\\\n"}.find(rest_[0]) != std::string_view::npos) {
        if (auto const escaped = next(); escaped != '\n') add(escaped);
      } else {
        add(c);
      }
    }
    return unit_error{"a double quote is not closed", "Close it."};
  }

  std::string_view rest_;
  std::optional<std::string> word_;
  std::vector<std::string> words_;
};

}  // namespace

result<std::vector<std::string>, unit_error> shell_words(std::string_view line) { return word_splitter{line}.split(); }

}  // namespace holdfast::experiment
