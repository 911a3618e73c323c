#include "cli/siege/siege_page.hpp"

#include <algorithm>
#include <array>
#include <unordered_set>
#include <utility>

#include "net/http_text.hpp"

namespace holdfast::cli {
namespace {

constexpr std::string_view blanks = " \t\r\n\f";

std::string with_entities_resolved(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, char>, 5> entities{
      {{"&amp;", '&'}, {"&quot;", '"'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&#39;", '\''}}};
  std::string out;
  while (!text.empty()) {
    auto const plain = text.find('&');
    out += text.substr(0, plain);
    if (plain == std::string_view::npos) break;
    text.remove_prefix(plain);
    auto const entity =
        std::find_if(entities.begin(), entities.end(), [&](auto const& e) { return text.starts_with(e.first); });
    out += entity == entities.end() ? '&' : entity->second;
    text.remove_prefix(entity == entities.end() ? 1 : entity->first.size());
  }
  return out;
}

bool is_letter(char c) { return net::ascii_lower(c) >= 'a' && net::ascii_lower(c) <= 'z'; }

std::string lower(std::string_view text) {
  std::string out{text};
  std::transform(out.begin(), out.end(), out.begin(), net::ascii_lower);
  return out;
}

struct tag {
  std::string name;  ///< in lower case; "/a" for an end tag
  std::vector<std::pair<std::string, std::string_view>> attributes;

  std::string_view value(std::string_view attribute) const {
    auto const found =
        std::find_if(attributes.begin(), attributes.end(), [&](auto const& a) { return a.first == attribute; });
    return found == attributes.end() ? std::string_view{} : found->second;
  }
};

/// Takes tags off the front of a page, one after the other.
class tag_reader {
 public:
  explicit tag_reader(std::string_view html) : rest_{html} {}

  std::optional<tag> next() {
    for (;;) {
      auto const opens = rest_.find('<');
      if (opens == std::string_view::npos) return std::nullopt;
      rest_.remove_prefix(opens + 1);
      if (rest_.starts_with("!--")) {
        skip_past("-->");
        continue;
      }
      // "a < b" is text.
      auto const begins_name = !rest_.empty() && (rest_.front() == '/' || is_letter(rest_.front()));
      if (!begins_name) continue;
      tag found;
      found.name = lower(take_until(" \t\r\n\f>"));
      while (auto attribute = next_attribute()) found.attributes.push_back(std::move(*attribute));
      return found;
    }
  }

  /// Skips the text of a script or style sheet.
  void skip_text_of(std::string_view element) {
    while (!rest_.empty()) {
      skip_past("</");
      if (net::equals_ignoring_case(rest_.substr(0, element.size()), element)) return;
    }
  }

 private:
  std::optional<std::pair<std::string, std::string_view>> next_attribute() {
    auto const start = rest_.find_first_not_of(" \t\r\n\f/");
    rest_.remove_prefix(start == std::string_view::npos ? rest_.size() : start);
    if (rest_.empty()) return std::nullopt;
    if (rest_.front() == '>') {
      rest_.remove_prefix(1);
      return std::nullopt;
    }
    // A name has at least one character, so that every round takes something.
    auto const end = std::min(rest_.find_first_of(" \t\r\n\f=>/", 1), rest_.size());
    auto name = lower(rest_.substr(0, end));
    rest_.remove_prefix(end);
    skip_blanks();
    if (!rest_.starts_with('=')) return std::pair{std::move(name), std::string_view{}};
    rest_.remove_prefix(1);
    skip_blanks();
    return std::pair{std::move(name), take_value()};
  }

  std::string_view take_value() {
    if (rest_.empty() || (rest_.front() != '"' && rest_.front() != '\'')) return take_until(" \t\r\n\f>");
    auto const quote = rest_.front();
    rest_.remove_prefix(1);
    auto const end = rest_.find(quote);
    auto const value = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    return value;
  }

  std::string_view take_until(std::string_view ends) {
    auto const taken = rest_.substr(0, rest_.find_first_of(ends));
    rest_.remove_prefix(taken.size());
    return taken;
  }

  void skip_blanks() {
    auto const end = rest_.find_first_not_of(blanks);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end);
  }

  void skip_past(std::string_view what) {
    auto const at = rest_.find(what);
    rest_.remove_prefix(at == std::string_view::npos ? rest_.size() : at + what.size());
  }

  std::string_view rest_;
};

std::string_view stripped(std::string_view text) {
  auto const first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// "5; url=/next" -> "/next".
std::string_view refresh_target(std::string_view content) {
  auto const semicolon = content.find_first_of(";,");
  if (semicolon == std::string_view::npos) return {};
  auto target = stripped(content.substr(semicolon + 1));
  if (!net::equals_ignoring_case(target.substr(0, 3), "url")) return {};
  target = stripped(target.substr(3));
  if (!target.starts_with('=')) return {};
  target = stripped(target.substr(1));
  if (target.size() > 1 && (target.front() == '\'' || target.front() == '"')) {
    target = target.substr(1, target.find(target.front(), 1) - 1);
  }
  return target;
}

std::string_view reference_of(tag const& of, siege_dialect dialect) {
  if (of.name == "img" || of.name == "script") return of.value("src");
  if (of.name == "frame" && dialect == siege_dialect::v4_1) return of.value("src");
  if (of.name == "body") return of.value("background");
  if (of.name == "link" && net::equals_ignoring_case(stripped(of.value("rel")), "stylesheet")) return of.value("href");
  if (of.name == "meta" && net::equals_ignoring_case(of.value("http-equiv"), "refresh")) {
    return refresh_target(of.value("content"));
  }
  return {};
}

}  // namespace

page_references read_page(std::string_view html, siege_dialect dialect) {
  page_references out;
  std::unordered_set<std::string> seen;
  tag_reader reader{html};
  while (auto const each = reader.next()) {
    if (each->name == "base" && out.base.empty()) out.base = with_entities_resolved(stripped(each->value("href")));
    auto target = with_entities_resolved(stripped(reference_of(*each, dialect)));
    if (!target.empty() && target.front() != '#' && seen.insert(target).second) {
      out.targets.push_back(std::move(target));
      if (out.targets.size() == most_page_references) break;
    }
    if (each->name == "script" || each->name == "style") reader.skip_text_of(each->name);
  }
  return out;
}

}  // namespace holdfast::cli
