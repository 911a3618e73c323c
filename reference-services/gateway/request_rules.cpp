#include "gateway/request_rules.hpp"

#include "net/http_text.hpp"

namespace holdfast::gateway {

bool has_folded_line(std::string_view raw) {
  for (auto at = raw.find('\n'); at != std::string_view::npos; at = raw.find('\n', at + 1)) {
    if (at + 1 < raw.size() && (raw[at + 1] == ' ' || raw[at + 1] == '\t')) return true;
  }
  return false;
}

bool is_framed_ambiguously(fields const& head) {
  int lengths = 0;
  int codings = 0;
  for (auto const& [name, value] : head) {
    if (net::equals_ignoring_case(name, "content-length")) {
      ++lengths;
      if (value.find_first_not_of("0123456789") != std::string::npos || value.empty()) return true;
    } else if (net::equals_ignoring_case(name, "transfer-encoding")) {
      ++codings;
    }
  }
  return lengths + codings > 1;
}

std::string_view path_and_query(std::string_view target) {
  if (target.starts_with('/')) return target;
  auto const authority = target.find("://");
  if (authority == std::string_view::npos) return "/";
  auto const path = target.find_first_of("/?", authority + 3);
  return path == std::string_view::npos || target[path] == '?' ? "/" : target.substr(path);
}

}  // namespace holdfast::gateway
