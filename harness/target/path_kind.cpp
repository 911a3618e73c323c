#include "target/path_kind.hpp"

#include <algorithm>
#include <iterator>

namespace holdfast::target {
namespace {

struct special_path {
  path_kind kind;
  std::string_view key;
  std::string_view path;  // without the leading '/'
  bool takes_argument;    // also matches with "/..." behind it
};

using enum path_kind;

// In the order of the enumeration, so that it is also the table of keys.
constexpr std::array<special_path, path_kind_count> paths{{
    {ordinary, "ordinary", "", false},
    {truth, "truth", "__truth", false},
    {truth_reset, "truth_reset", "__truth/reset", false},
    {status, "status", "status", true},
    {bytes, "bytes", "bytes", true},
    {delay, "delay", "delay", true},
    {redirect, "redirect", "redirect", true},
    {redirect_to, "redirect_to", "redirect-to", true},
    {cookies, "cookies", "cookies", false},
    {cookies_set, "cookies_set", "cookies/set", false},
    {basic_auth, "basic_auth", "basic-auth", true},
    {digest_auth, "digest_auth", "digest-auth", true},
    {echo, "echo", "echo", false},
    {html, "html", "html", false},
    {html_part, "html_part", "html", true},
    {early_hints, "early_hints", "early-hints", false},
    {close_delimited, "close_delimited", "close-delimited", false},
    {no_content, "no_content", "no-content", false},
    {not_modified, "not_modified", "not-modified", false},
    {gzip, "gzip", "gzip", false},
    {json, "json", "json", false},
    {ok_by_fallback, "ok_by_fallback", "ok-by-fallback", false},
    {refused, "refused", "refused", false},
    {reset, "reset", "reset", false},
    {truncated, "truncated", "truncated", false},
    {silence, "silence", "silence", false},
    {slow_header, "slow_header", "slow-header", false},
    {byte_by_byte, "byte_by_byte", "byte-by-byte", false},
    {garbage, "garbage", "garbage", false},
    {huge_header, "huge_header", "huge-header", false},
    {endless_header, "endless_header", "endless-header", false},
    {endless_chunks, "endless_chunks", "endless-chunks", false},
    {close_after, "close_after", "close-after", true},
    {huge_length, "huge_length", "huge-length", false},
    {nul_bytes, "nul_bytes", "nul-bytes", false},
    {header_bomb, "header_bomb", "header-bomb", false},
}};

static_assert([] {
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (static_cast<std::size_t>(paths[i].kind) != i) return false;
  }
  return true;
}());

std::string_view without_origin(std::string_view target) {
  auto const scheme = target.find("://");
  if (target.starts_with('/') || scheme == std::string_view::npos) return target;
  auto const path = target.find_first_of("/?", scheme + 3);
  return path == std::string_view::npos ? "/" : target.substr(path);
}

bool matches(special_path const& candidate, std::string_view path) {
  if (candidate.kind == ordinary) return false;
  if (!candidate.takes_argument) return path == candidate.path;
  return path.starts_with(candidate.path) && path.size() > candidate.path.size() && path[candidate.path.size()] == '/';
}

}  // namespace

std::string_view key_of(path_kind kind) { return paths[static_cast<std::size_t>(kind)].key; }

path_match match_path(std::string_view method, std::string_view target) {
  auto path = without_origin(target);
  if (path.size() <= 1) return {};
  path_match match;
  auto const mark = path.find('?');
  if (mark != std::string_view::npos) match.query = path.substr(mark + 1);
  path = path.substr(0, mark);
  if (!path.starts_with('/')) return {};
  path.remove_prefix(1);
  auto const* const found =
      std::find_if(paths.begin(), paths.end(), [path](special_path const& p) { return matches(p, path); });
  if (found == paths.end()) return {.query = match.query};
  match.kind = found->kind;
  if (found->takes_argument) match.argument = path.substr(found->path.size() + 1);
  if (match.kind == truth_reset && method != "POST") match.kind = truth;
  return match;
}

std::string_view query_value(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    auto const end = query.find('&');
    auto const part = query.substr(0, end);
    query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
    if (part.size() > name.size() && part.starts_with(name) && part[name.size()] == '=') {
      return part.substr(name.size() + 1);
    }
  }
  return {};
}

}  // namespace holdfast::target
