#include "report/failure_digest.hpp"

#include <algorithm>
#include <string_view>

namespace holdfast::report {
namespace {

constexpr std::size_t most_causes = 64;

/// Length of the UTF-8 character at the front of `text`; 0 when there is none, or when it is a control character.
std::size_t printable_length(std::string_view text) {
  auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  auto const first = byte(0);
  if (first < 0x80) return first >= 0x20 && first != 0x7f ? 1 : 0;
  auto const length = first >= 0xf0 ? 4U : first >= 0xe0 ? 3U : first >= 0xc2 ? 2U : 0U;
  if (length == 0 || first > 0xf4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0U) != 0x80U) return 0;
  }
  // U+0080 to U+009F are control characters too; what is left out here are overlong forms and surrogates.
  if (first == 0xc2 && byte(1) < 0xa0) return 0;
  if ((first == 0xe0 && byte(1) < 0xa0) || (first == 0xed && byte(1) > 0x9f)) return 0;
  if ((first == 0xf0 && byte(1) < 0x90) || (first == 0xf4 && byte(1) > 0x8f)) return 0;
  return length;
}

}  // namespace

std::string printable(std::string_view text, std::size_t limit) {
  std::string shown;
  while (!text.empty()) {
    auto const length = printable_length(text);
    auto const piece = length == 0 ? std::string_view{"?"} : text.substr(0, length);
    if (shown.size() + piece.size() > limit) return shown + "...";
    shown += piece;
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return shown;
}

failure_cause& failure_digest::cause_of(load::outcome reason, std::string detail) {
  auto const same = [&](failure_cause const& c) { return c.reason == reason && c.detail == detail; };
  auto const known = std::ranges::find_if(causes_, same);
  if (known != causes_.end()) return *known;
  if (causes_.size() >= most_causes && !detail.empty()) return cause_of(reason, {});
  return causes_.emplace_back(failure_cause{.reason = reason, .detail = std::move(detail)});
}

void failure_digest::add(load::failure_record const& failure) {
  ++cause_of(failure.reason, printable(failure.detail)).count;
}

std::vector<failure_cause> failure_digest::causes() const {
  auto sorted = causes_;
  std::ranges::stable_sort(sorted, std::ranges::greater{}, &failure_cause::count);
  return sorted;
}

}  // namespace holdfast::report
