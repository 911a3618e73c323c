#include "load/extraction.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "net/http_text.hpp"

namespace holdfast::load {
namespace {

// Each finder gives a view into the answer or its scratch, or says why there is nothing.
struct source_reader {
  answer_view& from;
  std::string& reason;

  std::optional<std::string_view> operator()(json_source const& source) const {
    auto const& finding = from.json(source.pointer);
    if (finding.exists) return finding.text;
    reason = from.json_problem().empty()
                 ? fmt::format("the body has nothing at \"{}\"", from.pointers()[source.pointer].text())
                 : from.json_problem();
    return std::nullopt;
  }
  std::optional<std::string_view> operator()(header_source const& source) const {
    auto const value = header_of(from.reply(), source.name);
    if (!value) reason = fmt::format("the answer has no header \"{}\"", source.name);
    return value;
  }
  std::optional<std::string_view> operator()(pattern_source const& source) const {
    std::string_view caught;
    if (source.pattern.find(from.reply().body, caught)) return caught;
    reason = "the pattern does not occur in the body";
    return std::nullopt;
  }
};

}  // namespace

bool can_stand_in_header(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return net::is_control(c) && c != '\t'; });
}

bool extract(extraction const& what, answer_view& from, std::string& value, std::string& reason) {
  auto const found = std::visit(source_reader{from, reason}, what.from);
  if (!found) {
    if (!what.otherwise) {
      reason = fmt::format("no value for \"{}\": {}", what.name, reason);
      return false;
    }
    reason.clear();
    value = *what.otherwise;
    return true;
  }
  if (found->size() > longest_extraction) {
    reason = fmt::format("the value for \"{}\" has {} bytes; at most {} are kept", what.name, found->size(),
                         longest_extraction);
    return false;
  }
  if (what.goes_into_header && !can_stand_in_header(*found)) {
    reason = fmt::format("the value for \"{}\" has control characters and cannot be sent in a header", what.name);
    return false;
  }
  value = *found;
  return true;
}

}  // namespace holdfast::load
