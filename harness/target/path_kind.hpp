#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace holdfast::target {

/// What a request's path asks for. Everything that no special path claims is `ordinary`.
enum class path_kind : std::uint8_t {
  ordinary,
  truth,
  truth_reset,
  // answers for features of clients
  status,
  bytes,
  delay,
  redirect,
  redirect_to,
  cookies,
  cookies_set,
  basic_auth,
  digest_auth,
  echo,
  html,
  html_part,
  early_hints,
  close_delimited,
  no_content,
  not_modified,
  gzip,
  json,
  ok_by_fallback,
  refused,
  // misbehaviour
  reset,
  truncated,
  silence,
  slow_header,
  byte_by_byte,
  garbage,
  huge_header,
  endless_header,
  endless_chunks,
  close_after,
  huge_length,
  nul_bytes,
  header_bomb,
};

inline constexpr std::size_t path_kind_count = 36;

/// "ordinary", "slow_header": the key in the truth.
std::string_view key_of(path_kind kind);

/// A request target taken apart. Views into it.
struct path_match {
  path_kind kind = path_kind::ordinary;
  std::string_view argument;  ///< what follows the special path's own segment, without its '/'
  std::string_view query;     ///< behind the '?'
};

/// What `target` asks for, given the method. An absolute URL counts by its path. A special path with an argument that
/// makes no sense is still of its kind, and answered with 400.
path_match match_path(std::string_view method, std::string_view target);

/// The value of the first `name=` in a query, still percent-encoded; empty when there is none.
std::string_view query_value(std::string_view query, std::string_view name);

}  // namespace holdfast::target
