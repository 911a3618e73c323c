#include "kit/app/prometheus_text.hpp"

#include <cmath>
#include <iterator>

#include <fmt/format.h>

namespace holdfast::kit {

namespace {

/// In a label's value a backslash, a quote and a line feed are escaped; in a help text only the first and the last.
void append_escaped(std::string& out, std::string_view text, bool quotes_too) {
  for (char const c : text) {
    if (c == '\\') {
      out += "\\\\";
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '"' && quotes_too) {
      out += "\\\"";
    } else {
      out += c;
    }
  }
}

}  // namespace

void prometheus_text::family(std::string_view name, std::string_view type, std::string_view help) {
  text_ += "# HELP ";
  text_ += name;
  text_ += ' ';
  append_escaped(text_, help, false);
  text_ += "\n# TYPE ";
  text_ += name;
  text_ += ' ';
  text_ += type;
  text_ += '\n';
}

void prometheus_text::sample(std::string_view name, std::string_view suffix, std::initializer_list<label> labels,
                             double number) {
  text_ += name;
  text_ += suffix;
  char separator = '{';
  for (auto const& [key, is] : labels) {
    text_ += separator;
    separator = ',';
    text_ += key;
    text_ += "=\"";
    append_escaped(text_, is, true);
    text_ += '"';
  }
  if (labels.size() != 0) text_ += '}';
  text_ += ' ';
  if (std::isnan(number)) {
    text_ += "NaN";
  } else if (std::isinf(number)) {
    text_ += number > 0 ? "+Inf" : "-Inf";
  } else {
    fmt::format_to(std::back_inserter(text_), "{}", number);
  }
  text_ += '\n';
}

}  // namespace holdfast::kit
