#include <optional>

#include <fmt/format.h>

#include "cluster/control/label_selector.hpp"

namespace holdfast::cluster {
namespace {

std::string_view without_blanks_around(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

/// Position of the next comma outside parentheses, or the end.
std::size_t end_of_requirement(std::string_view text) {
  bool in_list = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '(') in_list = true;
    if (text[at] == ')') in_list = false;
    if (text[at] == ',' && !in_list) return at;
  }
  return text.size();
}

std::vector<std::string> listed_values(std::string_view list) {
  std::vector<std::string> values;
  while (true) {
    auto const comma = list.find(',');
    values.emplace_back(without_blanks_around(list.substr(0, comma)));
    if (comma == std::string_view::npos) return values;
    list.remove_prefix(comma + 1);
  }
}

bool is_label_text(std::string_view text) { return text.find_first_of(" ()=!,") == std::string_view::npos; }

/// "key in (a,b)" with the word of the operator given.
std::optional<label_requirement> set_requirement(std::string_view text, std::string_view word, label_operator op) {
  auto const at = text.find(fmt::format(" {} ", word));
  auto const open = text.find('(');
  if (at == std::string_view::npos || open == std::string_view::npos || !text.ends_with(')')) return std::nullopt;
  if (!without_blanks_around(text.substr(at + word.size() + 2, open - at - word.size() - 2)).empty())
    return std::nullopt;
  auto const key = without_blanks_around(text.substr(0, at));
  return label_requirement{std::string{key}, op, listed_values(text.substr(open + 1, text.size() - open - 2))};
}

/// "key=value", "key==value", "key!=value", "!key", "key".
std::optional<label_requirement> plain_requirement(std::string_view text) {
  auto const equals = text.find('=');
  if (equals == std::string_view::npos) {
    bool const is_absent = text.starts_with('!');
    auto const key = without_blanks_around(is_absent ? text.substr(1) : text);
    return label_requirement{std::string{key}, is_absent ? label_operator::does_not_exist : label_operator::exists, {}};
  }
  bool const differs = equals > 0 && text[equals - 1] == '!';
  bool const is_double = !differs && text.substr(equals + 1).starts_with('=');
  auto const key = without_blanks_around(text.substr(0, differs ? equals - 1 : equals));
  auto const value = without_blanks_around(text.substr(equals + (is_double ? 2 : 1)));
  return label_requirement{
      std::string{key}, differs ? label_operator::not_in : label_operator::in, {std::string{value}}};
}

std::optional<label_requirement> requirement_of(std::string_view text) {
  auto found = set_requirement(text, "in", label_operator::in);
  if (!found) found = set_requirement(text, "notin", label_operator::not_in);
  if (!found) found = plain_requirement(text);
  if (!found || found->key.empty() || !is_label_text(found->key)) return std::nullopt;
  for (auto const& value : found->values) {
    if (!is_label_text(value)) return std::nullopt;
  }
  return found;
}

}  // namespace

result<label_selector, unit_error> parse_label_selector(std::string_view text) {
  label_selector selector;
  auto rest = without_blanks_around(text);
  while (!rest.empty()) {
    auto const end = end_of_requirement(rest);
    auto const part = without_blanks_around(rest.substr(0, end));
    auto const requirement = requirement_of(part);
    bool const ends_with_comma = end + 1 == rest.size();
    if (!requirement || ends_with_comma) {
      return unit_error{
          fmt::format("\"{}\" in \"{}\" does not select labels", ends_with_comma ? "," : part, text),
          "Write e.g. \"app=book\", \"tier in (front,back)\", \"tier!=front\", \"canary\" or \"!canary\""};
    }
    selector.expressions.push_back(*requirement);
    rest.remove_prefix(end == rest.size() ? end : end + 1);
  }
  return selector;
}

}  // namespace holdfast::cluster
