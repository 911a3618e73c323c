// Any text as a URL and as a redirect: what is accepted can be sent, and reads the same again when it is printed.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "net/url.hpp"

namespace {

using namespace holdfast::net;

void require(bool holds) {
  if (!holds) std::abort();
}

bool can_stand_in_a_head(std::string_view text) {
  for (char const c : text) {
    if (c <= 0x20 || c >= 0x7f) return false;
  }
  return !text.empty();
}

void check(url const& found) {
  require(can_stand_in_a_head(found.target) && found.target.front() == '/');
  require(can_stand_in_a_head(host_header(found.to)));
  auto const again = parse_url(to_string(found));
  require(again.has_value() && again->target == found.target && again->to.scheme == found.to.scheme &&
          again->to.unix_path == found.to.unix_path);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const text{static_cast<char const*>(static_cast<void const*>(data)), size};
  static auto const base = *parse_url("http://user:pass@host:81/a/b?c");
  if (auto const found = parse_url(text)) {
    check(*found);
  } else {
    require(!found.error().problem.empty() && !found.error().fix.empty());
  }
  if (auto const found = resolve_reference(base, text)) check(*found);
  return 0;
}
